package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Life;
import dev.relevo.deploy.execute.Errands;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.Hooks;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import dev.relevo.verify.HttpReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the members of a group when something fails: all of them come back, or all stay. */
class GroupFailureTest extends GroupFixture {
    private static final boolean ALL = Boolean.getBoolean("relevo.crash.all");

    @ParameterizedTest
    @EnumSource(
            value = StrategyName.class,
            names = {"BLUE_GREEN", "CANARY"})
    void aMemberThatNeverGetsReadyLeavesTheTrafficOfAllWhereItIs(StrategyName strategy) {
        clusters.serving("v1");
        clusters.west().controllers().breakImage(BROKEN);
        Set<String> answered = new TreeSet<>();
        clusters.all()
                .forEach(cluster -> cluster.onEveryStep(
                        () -> answered.addAll(cluster.sightings().images("shop"))));

        Problem problem = failing(() -> deploy("v2", strategy)).problem();

        assertThat(problem.code()).isEqualTo(DeployError.ROLLED_BACK);
        assertThat(problem.code().exit().number()).isEqualTo(7);
        assertThat(problem.summary()).startsWith("west: Waited 30 s without progress until Deployment/shop-candidate");
        assertThat(problem.details())
                .startsWith(
                        "east: Release 2 was rolled back; release 1 serves",
                        "west: Release 2 was rolled back; release 1 serves")
                .contains("Cause: RLV-706");
        assertThat(answered).containsExactly("registry.example/shop:v1");
        assertSteady("v1");
        assertNobodyNoticed();
        assertThat(statuses(clusters.east())).containsExactly("1 deployed", "2 rolled-back");
        assertThat(statuses(clusters.west())).containsExactly("1 deployed", "2 rolled-back");
    }

    @Test
    void aMemberThatFailsOnceItHasTheTrafficIsSwitchedBackFirstAndThenThoseBeforeIt() {
        clusters.serving("v1")
                .reachingWest((target, ask) ->
                        new HttpReply(target.name().equals("shop") && answersInWest(BROKEN) ? 500 : 200, "x"));

        Problem problem = failing(() -> deploy("v2", StrategyName.BLUE_GREEN)).problem();

        assertThat(problem.summary()).isEqualTo("west: Smoke check failed: GET / answered 500; expected 200: x");
        assertSteady("v1");
        assertNobodyNoticed();
        // All traffic is back before the first candidate goes.
        assertThat(moves().subList(0, 7))
                .containsExactly(
                        "east: apply Deployment/shop-candidate",
                        "west: apply Deployment/shop-candidate",
                        "east: apply Service/shop",
                        "west: apply Service/shop",
                        "west: apply Service/shop",
                        "east: apply Service/shop",
                        "west: delete Deployment/shop-candidate");
    }

    private boolean answersInWest(String image) {
        return clusters.west().sightings().images("shop").contains(image);
    }

    /** Whatever operation it is that fails: all members are at the old version afterwards, or all at the new one. */
    @ParameterizedTest(name = "{0}, with a route: {1}")
    @CsvSource({"BLUE_GREEN,false", "CANARY,true"})
    void aFailureAtAnyPointBringsAllBack(StrategyName strategy, boolean routed) {
        String[] extras = routed ? new String[] {Shop.ROUTE} : new String[0];
        int operations = operations(strategy, extras);
        int forth = 0;
        // Backwards, so that the last ones are always among them.
        for (int at = operations; at >= 1; at -= ALL || strategy == StrategyName.BLUE_GREEN ? 1 : 3) {
            String story = strategy + " fails at operation " + at;
            TwoClusters fresh = new TwoClusters().serving("v1", extras).watching(failingAt(at));
            RelevoException failure = catchThrowableOfType(
                    RelevoException.class,
                    () -> fresh.group("v2", strategy, OPTIONS, new Life(), extras)
                            .deploy());
            fresh.pass(Duration.ofSeconds(8));
            boolean back = failure != null && failure.problem().code() == DeployError.ROLLED_BACK;
            for (SimulatedCluster cluster : fresh.all()) {
                assertThat(cluster.sightings().outages()).as(story).isEmpty();
                if (strategy == StrategyName.BLUE_GREEN) {
                    assertThat(cluster.sightings().mixtures()).as(story).isEmpty();
                }
                if (back) {
                    Steady.holds(cluster, Shop.version("v1", strategy, extras), story);
                } else {
                    assertThat(cluster.sightings().images("shop")).as(story).containsExactly(BROKEN);
                }
            }
            forth += back ? 0 : 1;
        }
        // Only the last three operations bring nothing back: they come once the first release is recorded as deployed.
        assertThat(forth).isEqualTo(ALL || strategy == StrategyName.BLUE_GREEN ? 3 : 1);
    }

    private static int operations(StrategyName strategy, String... extras) {
        TwoClusters fresh = new TwoClusters().serving("v1", extras);
        List<DeployOutcome> unused =
                fresh.group("v2", strategy, OPTIONS, new Life(), extras).deploy();
        return (int) fresh.events().stream()
                .filter(Event.TaskStarted.class::isInstance)
                .count();
    }

    /** Lets one operation fail, and no other. */
    private static EventSink failingAt(int number) {
        List<Event> started = new ArrayList<>();
        return event -> {
            if (event instanceof Event.TaskStarted) {
                started.add(event);
                if (started.size() == number) {
                    throw Problem.of(DeployError.ROLLOUT_FAILED, "It fails").asException();
                }
            }
        };
    }

    @Test
    void whatCouldNotBeRecordedServesAndIsRecordedByTheNextRun() {
        clusters.serving("v1");
        int operations = operations(StrategyName.BLUE_GREEN);
        clusters.watching(failingAt(operations - 1));

        Problem problem = failing(() -> deploy("v2", StrategyName.BLUE_GREEN)).problem();

        assertThat(problem.code()).isEqualTo(DeployError.NOT_ROLLED_BACK);
        assertThat(problem.details()).startsWith("Every member serves its new version; not recorded as deployed: west");
        clusters.watching(EventSink.none());
        List<DeployOutcome> unused = clusters.group("v2", StrategyName.BLUE_GREEN, OPTIONS, new Life())
                .deploy();
        assertSteady("v2");
    }

    @Test
    void withoutRollbackEverythingStaysForSomebodyToLookAt() {
        clusters.serving("v1");
        clusters.west().controllers().breakImage(BROKEN);
        DeployOptions off = Shop.withoutRollback(OPTIONS);

        Problem problem = failing(() -> clusters.group(
                                clusters.member(
                                        clusters.east(), Shop.version("v2", StrategyName.BLUE_GREEN), OPTIONS, life),
                                clusters.member(
                                        clusters.west(), Shop.version("v2", StrategyName.BLUE_GREEN), off, life))
                        .deploy())
                .problem();

        assertThat(problem.code()).isEqualTo(DeployError.NOT_ROLLED_BACK);
        assertThat(problem.details())
                .contains("east: Release 2 was not rolled back: deploy.rollback is off for [west]");
        assertThat(statuses(clusters.east())).containsExactly("1 deployed", "2 failed");
        assertNobodyNoticed();
    }

    @Test
    void aMemberThatHasNotChangedStaysRecordedAsDeployedWhateverBecomesOfTheOthers() {
        clusters.serving("v1");
        clusters.west().controllers().breakImage(BROKEN);
        for (boolean rollback : new boolean[] {true, false}) {
            DeployOptions options = rollback ? OPTIONS : Shop.withoutRollback(OPTIONS);

            Problem problem = failing(() -> clusters.group(
                                    clusters.member(
                                            clusters.east(),
                                            Shop.version("v1", StrategyName.BLUE_GREEN),
                                            options,
                                            life),
                                    clusters.member(
                                            clusters.west(),
                                            Shop.version("v2", StrategyName.BLUE_GREEN),
                                            options,
                                            life))
                            .deploy())
                    .problem();

            assertThat(problem.details()).startsWith("east: Release 1 serves, as before");
            assertThat(problem.code().exit().number()).isEqualTo(rollback ? 7 : 8);
            assertThat(statuses(clusters.east())).containsExactly("1 deployed");
        }
    }

    @Test
    void aHookThatRefusesComesBeforeAnythingIsTouchedAndThoseForFailuresAreRun() {
        clusters.serving("v1");
        List<String> ran = new ArrayList<>();
        Errands errands = (hook, scene) -> {
            ran.add(hook.name());
            if (hook.name().equals("no")) {
                throw Errands.failed(hook, "it says no").asException();
            }
            return "";
        };
        ReleaseSpec spec = Shop.version("v2", StrategyName.BLUE_GREEN);

        Problem problem = failing(() -> clusters.group(
                                hooked(clusters.member(clusters.east(), spec, OPTIONS, life), errands, "yes"),
                                hooked(clusters.member(clusters.west(), spec, OPTIONS, life), errands, "no"))
                        .deploy())
                .problem();

        assertThat(problem.code()).isEqualTo(DeployError.HOOK_REFUSED);
        assertThat(problem.summary()).startsWith("west: Hook [no] before");
        assertThat(brief()).allMatch(write -> write.contains("Lease"));
        assertThat(ran).containsExactly("yes", "no", "failed yes", "failed no");
    }

    private static GroupDeploy.Member hooked(GroupDeploy.Member member, Errands errands, String name) {
        Hooks hooks = new Hooks(
                List.of(hook(name, Hook.Moment.BEFORE)),
                Optional.empty(),
                List.of(),
                List.of(hook("failed " + name, Hook.Moment.ON_FAILURE)),
                false);
        return new GroupDeploy.Member(
                member.name(),
                member.service().with(errands),
                member.spec(),
                member.options().withHooks(hooks));
    }

    private static Hook hook(String name, Hook.Moment moment) {
        return new Hook(name, moment, new Hook.Program(List.of("./" + name)), Duration.ofSeconds(10));
    }

    @Test
    void aFirstReleaseThatFailsStaysToBeLookedAtAndTheOthersComeBack() {
        DeployOutcome unused = clusters.service(clusters.east(), new Life())
                .deploy(Shop.version("v1", StrategyName.ROLLING), Shop.options(false));
        clusters.west().controllers().breakImage(BROKEN);

        Problem problem = failing(() -> deploy("v2", StrategyName.BLUE_GREEN)).problem();

        assertThat(problem.code()).isEqualTo(DeployError.NOT_ROLLED_BACK);
        assertThat(problem.details())
                .startsWith(
                        "east: Release 2 was rolled back; release 1 serves",
                        "west: There is no earlier release to go back to; what was written stays for you to look at");
        clusters.pass(Duration.ofSeconds(8));
        Steady.holds(clusters.east(), Shop.version("v1", StrategyName.ROLLING), "east");
    }
}
