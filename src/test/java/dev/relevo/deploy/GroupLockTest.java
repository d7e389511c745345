package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Life;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The locks of a group: all of them or none. */
class GroupLockTest extends GroupFixture {
    @Test
    void theLocksAreTakenInTheSameOrderHoweverTheMembersAreOrdered() {
        clusters.serving("v1");
        ReleaseSpec spec = Shop.version("v2", StrategyName.BLUE_GREEN);
        Life other = new Life();

        List<DeployOutcome> first = clusters.group(
                        clusters.member(clusters.east(), spec, OPTIONS, life),
                        clusters.member(clusters.west(), spec, OPTIONS, life))
                .deploy();
        List<DeployOutcome> second = clusters.group(
                        clusters.member(clusters.west(), spec, OPTIONS, other),
                        clusters.member(clusters.east(), spec, OPTIONS, other))
                .deploy();

        assertThat(first).hasSameSizeAs(second);
        assertThat(life.writes().subList(0, 2)).isEqualTo(other.writes().subList(0, 2));
    }

    @Test
    void aSecondGroupIsRefusedAtTheFirstLockAndLeavesNothingBehind() {
        clusters.serving("v1");
        ReleaseSpec spec = Shop.version("v3", StrategyName.BLUE_GREEN);
        Life late = new Life();
        DeployOptions impatient = Shop.waiting(OPTIONS, Duration.ZERO);
        List<Problem> refusals = new ArrayList<>();
        clusters.watching(event -> {
            if (event instanceof Event.TaskStarted task && task.label().startsWith("Give the candidate")) {
                refusals.add(failing(() -> clusters.group(
                                        clusters.member(clusters.west(), spec, impatient, late),
                                        clusters.member(clusters.east(), spec, impatient, late))
                                .deploy())
                        .problem());
            }
        });

        deploy("v2", StrategyName.BLUE_GREEN);

        assertThat(refusals).hasSize(2).allMatch(problem -> problem.code() == DeployError.LOCKED);
        assertThat(late.writes()).isEmpty();
        assertSteady("v2");
    }

    @Test
    void aGroupWhoseSecondLockIsHeldGivesTheFirstOneBack() {
        clusters.serving("v1");
        Life holder = new Life();
        DeployOptions impatient = Shop.waiting(OPTIONS, Duration.ZERO);
        Problem problem = clusters.service(clusters.west(), holder)
                .locked(
                        Shop.APP,
                        OPTIONS,
                        OPTIONS.ticket(),
                        held -> failing(() -> clusters.group("v2", StrategyName.BLUE_GREEN, impatient, life)
                                        .deploy())
                                .problem());

        assertThat(problem.code()).isEqualTo(DeployError.LOCKED);
        assertThat(clusters.service(clusters.east(), new Life())
                        .status(Shop.APP)
                        .orElseThrow()
                        .lockedBy())
                .isEmpty();
    }
}
