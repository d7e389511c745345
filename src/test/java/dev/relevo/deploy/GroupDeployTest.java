package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Life;
import dev.relevo.deploy.plan.AutoStrategy;
import dev.relevo.deploy.plan.GroupPlan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a user of a group sees whose members are the same app in two clusters. */
class GroupDeployTest extends GroupFixture {
    @Test
    void allNewVersionsAreReadyBeforeTheFirstTrafficMovesAndMembersMoveInTheirOrder() {
        clusters.serving("v1");

        List<DeployOutcome> outcomes = deploy("v2", StrategyName.BLUE_GREEN);

        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(outcome.replicas()).isEqualTo(3));
        assertSteady("v2");
        assertNobodyNoticed();
        assertThat(moves())
                .containsExactly(
                        "east: apply Deployment/shop-candidate",
                        "west: apply Deployment/shop-candidate",
                        "east: apply Service/shop",
                        "west: apply Service/shop",
                        "east: apply Deployment/shop",
                        "east: apply Service/shop",
                        "east: delete Deployment/shop-candidate",
                        "west: apply Deployment/shop",
                        "west: apply Service/shop",
                        "west: delete Deployment/shop-candidate");
    }

    @Test
    void theHistoryOfEachMemberNamesTheRun() {
        clusters.serving("v1");

        deploy("v2", StrategyName.BLUE_GREEN);

        for (SimulatedCluster cluster : clusters.all()) {
            List<ReleaseRecord> records = history(cluster);
            assertThat(records)
                    .extracting(record -> record.release().group().isPresent())
                    .containsExactly(false, true);
            assertThat(records.get(1).release().group().orElseThrow()).matches("regions-20260101T01\\d{4}Z");
        }
        assertThat(history(clusters.east()).get(1).release().group())
                .isEqualTo(history(clusters.west()).get(1).release().group());
    }

    @Test
    void deployingTheSameAgainChangesNothing() {
        clusters.serving("v1");
        deploy("v2", StrategyName.BLUE_GREEN);

        List<DeployOutcome> again = clusters.group("v2", StrategyName.BLUE_GREEN, OPTIONS, new Life())
                .deploy();

        assertThat(again).allMatch(DeployOutcome::unchanged);
        assertThat(history(clusters.east())).hasSize(2);
    }

    @Test
    void onlyTheMembersThatChangeAreHandedOver() {
        clusters.serving("v1");
        ReleaseSpec same = Shop.version("v1", StrategyName.BLUE_GREEN);
        ReleaseSpec next = Shop.version("v2", StrategyName.BLUE_GREEN);

        List<DeployOutcome> outcomes = clusters.group(
                        clusters.member(clusters.east(), same, OPTIONS, life),
                        clusters.member(clusters.west(), next, OPTIONS, life))
                .deploy();

        assertThat(outcomes).extracting(DeployOutcome::unchanged).containsExactly(true, false);
        assertThat(moves()).noneMatch(move -> move.startsWith("east") && move.contains("candidate"));
    }

    @Test
    void membersThatWereNeverDeployedAreBroughtUpAndVerifiedBeforeTheOthersMove() {
        DeployOutcome unused = clusters.service(clusters.west(), new Life())
                .deploy(Shop.version("v1", StrategyName.ROLLING), Shop.options(false));

        deploy("v2", StrategyName.BLUE_GREEN);

        assertSteady("v2");
        assertThat(moves().subList(0, 4))
                .containsExactly(
                        "east: apply Service/shop",
                        "east: apply Deployment/shop",
                        "west: apply Deployment/shop-candidate",
                        "west: apply Service/shop");
    }

    @ParameterizedTest
    @EnumSource(
            value = StrategyName.class,
            names = {"BLUE_GREEN", "CANARY"})
    void theRoutesOfAMemberThatWasNeverDeployedComeOnlyWhenAllAreReady(StrategyName strategy) {
        DeployOutcome unused = clusters.service(clusters.west(), new Life())
                .deploy(Shop.version("v1", StrategyName.ROLLING, Shop.ROUTE), Shop.options(false));

        clusters.group("v2", strategy, OPTIONS, life, Shop.ROUTE).deploy();

        List<String> writes = brief();
        assertThat(writes.indexOf("east: apply HTTPRoute/shop"))
                .isGreaterThan(writes.indexOf("west: apply Deployment/shop-candidate"))
                .isLessThan(writes.indexOf("west: apply Deployment/shop"));
    }

    @ParameterizedTest
    @EnumSource(
            value = StrategyName.class,
            names = {"ROLLING", "BIG_BANG"})
    void aStrategyWhoseTrafficCannotWaitIsRefusedBeforeAnythingIsTouched(StrategyName strategy) {
        Problem problem = failing(() -> GroupDeploy.waiting(
                        clusters.member(clusters.east(), Shop.version("v2", strategy), OPTIONS, life)))
                .problem();

        assertThat(problem.code()).isEqualTo(DeployError.NOT_HELD_BACK);
        assertThat(problem.code().exit().number()).isEqualTo(10);
        assertThat(problem.summary())
                .isEqualTo("east: with " + strategy.written() + " its new version gets traffic as soon as it is ready,"
                        + " so it cannot wait for the other members of the group");
    }

    @Test
    void aStrategyThatIsLeftToChooseIsBlueGreen() {
        Settings settings = Shop.settings(true);
        Settings auto = new Settings(
                settings.history(),
                settings.prune(),
                settings.bake(),
                settings.preview(),
                settings.steps(),
                settings.route(),
                settings.baseline(),
                settings.verify(),
                Optional.of(new AutoStrategy(false, true)),
                settings.hooks(),
                settings.settle());
        GroupDeploy.Member member = GroupDeploy.waiting(
                clusters.member(clusters.east(), Shop.version("v2", StrategyName.ROLLING), OPTIONS.with(auto), life));

        assertThat(member.spec().strategy()).isEqualTo(StrategyName.BLUE_GREEN);
        assertThat(member.options().settings().auto()).isEmpty();
    }

    @Test
    void aCanaryWhoseFirstPodGetsTrafficUncheckedIsRefusedBeforeAnythingIsTouched() {
        clusters.serving("v1");

        Problem problem = failing(() -> clusters.group("v2", StrategyName.CANARY, Shop.options(false), life)
                        .deploy())
                .problem();

        assertThat(problem.code()).isEqualTo(DeployError.NOT_HELD_BACK);
        assertThat(problem.summary()).startsWith("east: its canary shares the traffic by the number of pods");
        assertThat(brief()).allMatch(write -> write.contains("Lease"));
    }

    @Test
    void thePlanIsWhatIsDone() {
        clusters.serving("v1");
        GroupDeploy group = clusters.group("v2", StrategyName.BLUE_GREEN, OPTIONS, life);

        GroupPlan plan = group.plan();
        assertThat(life.writes()).isEmpty();
        List<DeployOutcome> unused = group.deploy();

        List<String> done = clusters.events().stream()
                .filter(Event.TaskStarted.class::isInstance)
                .map(event -> ((Event.TaskStarted) event).label())
                // The bake is shorter by what has passed of it when it is its turn.
                .map(label -> label.replaceAll("Wait \\d+ m?s: the old", "Wait: the old"))
                .toList();
        assertThat(plan.steps().stream()
                        .map(step -> step.operation().sentence())
                        .map(label -> label.replaceAll("Wait \\d+ m?s: the old", "Wait: the old")))
                .isEqualTo(done);
    }
}
