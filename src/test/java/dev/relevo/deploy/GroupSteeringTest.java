package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Life;
import dev.relevo.deploy.lock.Ask;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How people have a say in the deploy of a group: whoever steers one member, or stops the process, means all of them. */
class GroupSteeringTest extends GroupFixture {
    @Test
    void theOldVersionsAreKeptWarmAtTheSameTime() {
        clusters.serving("v1");
        Duration began = clusters.pace().elapsed();

        List<DeployOutcome> unused = clusters.group("v2", StrategyName.BLUE_GREEN, OPTIONS.with(baking()), life)
                .deploy();

        assertThat(clusters.pace().elapsed().minus(began)).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(12));
    }

    @Test
    void whoPromotesOneMemberEndsTheBakeOfAll() {
        clusters.serving("v1").watching(event -> {
            if (event instanceof Event.TaskStarted task && task.label().contains("the old version stays warm")) {
                String unused =
                        clusters.service(clusters.west(), new Life()).ask(Shop.APP, Ask.Wish.PROMOTE, Duration.ZERO);
            }
        });
        Duration began = clusters.pace().elapsed();

        List<DeployOutcome> unused = clusters.group("v2", StrategyName.BLUE_GREEN, OPTIONS.with(baking()), life)
                .deploy();

        assertThat(clusters.pace().elapsed().minus(began)).isLessThan(Duration.ofMinutes(2));
    }

    @Test
    void whoAbortsOneMemberTakesAllBack() {
        clusters.serving("v1").watching(event -> {
            if (event instanceof Event.TaskStarted task && task.label().startsWith("Give the candidate")) {
                String unused =
                        clusters.service(clusters.west(), new Life()).ask(Shop.APP, Ask.Wish.ABORT, Duration.ZERO);
            }
        });

        Problem problem = failing(() -> deploy("v2", StrategyName.BLUE_GREEN)).problem();

        assertThat(problem.summary()).startsWith("east: The deploy was aborted by ");
        assertSteady("v1");
        assertNobodyNoticed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Apply Deployment/shop-candidate", "Give the candidate its share", "the old version stays"})
    void whoIsStoppedWithdrawsAllCandidatesWhileTheOldVersionsAreWhole(String when) {
        clusters.serving("v1").watching(event -> {
            if (event instanceof Event.TaskStarted task && task.label().contains(when)) {
                Thread.currentThread().interrupt();
            }
        });

        Problem problem = failing(() -> deploy("v2", StrategyName.BLUE_GREEN)).problem();

        assertThat(Thread.interrupted()).isFalse();
        assertThat(problem.summary()).isEqualTo("The deploy of group [regions] was stopped from outside");
        assertThat(problem.code()).isEqualTo(DeployError.ROLLED_BACK);
        assertSteady("v1");
        assertNobodyNoticed();
    }

    @Test
    void whoIsStoppedLaterLeavesAllAsItIsAndTheNextRunGoesOnFromThere() {
        clusters.serving("v1").watching(event -> {
            if (event instanceof Event.TaskStarted task
                    && task.label().equals("Return all traffic of Service/shop to the app's own Deployment")) {
                Thread.currentThread().interrupt();
            }
        });

        Problem problem = failing(() -> deploy("v2", StrategyName.BLUE_GREEN)).problem();

        assertThat(problem.code()).isEqualTo(DeployError.INTERRUPTED);
        assertThat(problem.details().get(0)).startsWith("east: Left as it is, which is safe: the candidate has all");
        clusters.watching(EventSink.none());
        List<DeployOutcome> unused = clusters.group("v2", StrategyName.BLUE_GREEN, OPTIONS, new Life())
                .deploy();
        assertSteady("v2");
        assertNobodyNoticed();
    }

    /** Keeps the old version warm for ten minutes. */
    static Settings baking() {
        Settings settings = Shop.settings(true);
        return new Settings(
                settings.history(),
                settings.prune(),
                Duration.ofMinutes(10),
                settings.steps(),
                settings.route(),
                settings.verify(),
                settings.settle());
    }
}
