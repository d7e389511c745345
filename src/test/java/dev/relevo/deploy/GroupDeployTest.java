package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Life;
import dev.relevo.deploy.execute.Errands;
import dev.relevo.deploy.lock.Ask;
import dev.relevo.deploy.plan.AutoStrategy;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.GroupPlan;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.Hooks;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseRecord;
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
import org.junit.jupiter.params.provider.ValueSource;

/** What a user of a group sees whose members are the same app in two clusters. */
class GroupDeployTest {
    private static final boolean ALL = Boolean.getBoolean("relevo.crash.all");
    private static final DeployOptions OPTIONS = Shop.options(true);
    private static final String BROKEN = "registry.example/shop:v2";

    private final TwoClusters clusters = new TwoClusters();
    private final Life life = new Life();

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
        DeployOptions off = new DeployOptions(
                StrategyName.ROLLING,
                Shop.settings(true),
                false,
                true,
                Duration.ofSeconds(30),
                Duration.ofSeconds(120),
                DeployOptions.LEASE);

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
            DeployOptions options = new DeployOptions(
                    StrategyName.ROLLING,
                    Shop.settings(true),
                    rollback,
                    true,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(120),
                    DeployOptions.LEASE);

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

    @Test
    void theOldVersionsAreKeptWarmAtTheSameTime() {
        clusters.serving("v1");
        Duration began = clusters.pace().elapsed();

        List<DeployOutcome> unused = clusters.group("v2", StrategyName.BLUE_GREEN, OPTIONS.with(baking()), life)
                .deploy();

        assertThat(clusters.pace().elapsed().minus(began)).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(12));
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
        DeployOptions impatient = new DeployOptions(
                StrategyName.ROLLING,
                Shop.settings(true),
                true,
                true,
                Duration.ofSeconds(30),
                Duration.ZERO,
                DeployOptions.LEASE);
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
        DeployOptions impatient = new DeployOptions(
                StrategyName.ROLLING,
                Shop.settings(true),
                true,
                true,
                Duration.ofSeconds(30),
                Duration.ZERO,
                DeployOptions.LEASE);
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
    private static Settings baking() {
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

    private List<DeployOutcome> deploy(String version, StrategyName strategy) {
        return clusters.group(version, strategy, OPTIONS, life).deploy();
    }

    private List<ReleaseRecord> history(SimulatedCluster cluster) {
        return clusters.service(cluster, new Life()).history(Shop.APP);
    }

    private List<String> statuses(SimulatedCluster cluster) {
        return history(cluster).stream()
                .map(record -> record.number() + " " + record.status().word())
                .toList();
    }

    /** The writes without the namespace. */
    private List<String> brief() {
        return life.writes().stream().map(write -> write.replace(" in dev", "")).toList();
    }

    /** The writes that bring pods up or down or move traffic. */
    private List<String> moves() {
        return brief().stream()
                .filter(write -> write.contains(" Deployment/") || write.endsWith(" Service/shop"))
                .toList();
    }

    private void assertSteady(String version) {
        ReleaseSpec spec = Shop.version(version, StrategyName.BLUE_GREEN);
        clusters.pass(Duration.ofSeconds(8));
        clusters.all().forEach(cluster -> Steady.holds(cluster, spec, clusters.name(cluster)));
    }

    private void assertNobodyNoticed() {
        for (SimulatedCluster cluster : clusters.all()) {
            assertThat(cluster.sightings().outages()).as(clusters.name(cluster)).isEmpty();
            assertThat(cluster.sightings().mixtures())
                    .as(clusters.name(cluster))
                    .isEmpty();
        }
    }

    private static RelevoException failing(Runnable work) {
        return catchThrowableOfType(RelevoException.class, work::run);
    }
}
