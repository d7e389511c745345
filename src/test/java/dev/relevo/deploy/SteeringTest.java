package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.config.DeployConfig.CanaryConfig.Step;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.lock.Ask;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What people can ask of a deploy that runs in another process, through the cluster alone. */
class SteeringTest {
    private static final String ROUTED = Shop.ROUTE;

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final List<Event> events = new ArrayList<>();

    @Test
    void promotingEndsTheWaitsThatAreThereToLook() {
        deploy("v1", StrategyName.ROLLING);
        String begun = cluster.pace().now().toString();
        when("Deployment/shop-candidate", () -> ask(Ask.Wish.PROMOTE, Duration.ZERO));

        deploy(canary("v2"), options(new Step(10, Duration.ofHours(1)), new Step(50, Duration.ofHours(1))));

        assertServes("v2");
        Duration took =
                Duration.between(java.time.Instant.parse(begun), cluster.pace().now());
        assertThat(took).isLessThan(Duration.ofMinutes(5));
        assertThat(done("Wait 3600 s: the candidate is observed at its share"))
                .hasSize(2)
                .allSatisfy(detail -> assertThat(detail).startsWith("promote, by ann at "));
        assertThat(done("Check 1 request through Service/shop-candidate")).hasSize(3);
    }

    @Test
    void promotingWhollyLeavesTheRestOfTheStepsOut() {
        deploy("v1", StrategyName.ROLLING);
        when("Deployment/shop-candidate", () -> ask(Ask.Wish.PROMOTE_WHOLLY, Duration.ZERO));

        deploy(canary("v2"), options(new Step(10, Duration.ofHours(1)), new Step(50, Duration.ofHours(1))));

        assertServes("v2");
        assertThat(done("Give the candidate its share by HTTPRoute/shop: 10 %")).hasSize(1);
        assertThat(done("Give the candidate its share by HTTPRoute/shop: 50 %")).isEmpty();
        assertThat(cluster.sightings().outages()).isEmpty();
    }

    @Test
    void aStepThatAwaitsPromotionGoesOnWhenSomebodyPromotes() {
        deploy("v1", StrategyName.ROLLING);
        List<String> waits = new ArrayList<>();
        later(Duration.ofMinutes(20), () -> {
            waits.addAll(status().waits().stream().toList());
            ask(Ask.Wish.PROMOTE, Duration.ZERO);
        });

        deploy(canary("v2"), options(new Step(10, Duration.ofSeconds(2), Optional.of(Duration.ofHours(1)))));

        assertThat(waits).containsExactly("to be promoted");
        assertServes("v2");
        assertThat(status().waits()).isEmpty();
        assertThat(status().asked()).isEmpty();
    }

    @Test
    void aStepThatNobodyPromotesIsWithdrawn() {
        deploy("v1", StrategyName.ROLLING);

        Problem problem = failing(
                canary("v2"), options(new Step(10, Duration.ofSeconds(2), Optional.of(Duration.ofMinutes(10)))));

        assertThat(problem.code().exit().number()).isEqualTo(7);
        assertThat(problem.summary()).isEqualTo("Waited 10m to be promoted, and nobody said so");
        assertThat(problem.details()).contains("Release 2 was rolled back; release 1 serves", "Cause: RLV-719");
        assertServes("v1");
    }

    @Test
    void aPauseHoldsBeforeTheNextChangeUntilItIsTakenBack() {
        deploy("v1", StrategyName.ROLLING);
        List<String> seen = new ArrayList<>();
        when("Deployment/shop-candidate", () -> ask(Ask.Wish.PAUSE, Duration.ofHours(1)));
        later(Duration.ofMinutes(30), () -> {
            AppStatus status = status();
            seen.add(status.asked().orElseThrow().sentence().replaceFirst(" at .*", ""));
            seen.add(status.waits().orElseThrow());
            assertThat(asker().resume(Shop.APP)).isTrue();
        });

        deploy(canary("v2"), options(new Step(10, Duration.ofSeconds(2)), new Step(50, Duration.ofSeconds(2))));

        assertThat(seen)
                .containsExactly(
                        "pause, by ann", "to be resumed, before: Give the candidate its share by HTTPRoute/shop: 10 %");
        assertServes("v2");
        assertThat(asker().status(Shop.APP).orElseThrow().waits()).isEmpty();
    }

    @Test
    void aPauseThatNobodyEndsIsWithdrawn() {
        deploy("v1", StrategyName.ROLLING);
        when("Deployment/shop-candidate", () -> ask(Ask.Wish.PAUSE, Duration.ofMinutes(5)));

        Problem problem = failing(canary("v2"), options(new Step(10, Duration.ofSeconds(2))));

        assertThat(problem.code().exit().number()).isEqualTo(7);
        assertThat(problem.summary()).startsWith("Waited 5m to be resumed, before: Give the candidate its share");
        assertServes("v1");
    }

    @ParameterizedTest
    @EnumSource(
            value = StrategyName.class,
            names = {"BLUE_GREEN", "CANARY"})
    void anAbortTakesTheReleaseBackAndSaysWhoAsked(StrategyName strategy) {
        deploy("v1", StrategyName.ROLLING);
        when("Deployment/shop-candidate", () -> ask(Ask.Wish.ABORT, Duration.ZERO));

        Problem problem = failing(Shop.version("v2", strategy, ROUTED), Shop.options(true));

        assertThat(problem.code().exit().number()).isEqualTo(7);
        assertThat(problem.summary()).startsWith("The deploy was aborted by ann at 2026-01-01T");
        assertThat(problem.details()).contains("Release 2 was rolled back; release 1 serves", "Cause: RLV-718");
        assertServes("v1");
        assertThat(cluster.sightings().outages()).isEmpty();
        assertThat(asker().history(Shop.APP))
                .extracting(record -> record.number() + " " + record.status().word())
                .containsExactly("1 deployed", "2 rolled-back");
    }

    @Test
    void anAbortIsObeyedAlsoWhereFailuresAreNotRolledBack() {
        deploy("v1", StrategyName.ROLLING);
        when("Deployment/shop-candidate", () -> ask(Ask.Wish.ABORT, Duration.ZERO));

        assertThat(failing(canary("v2"), Shop.withoutRollback(Shop.options(true)))
                        .code()
                        .exit()
                        .number())
                .isEqualTo(7);
        assertServes("v1");
    }

    @Test
    void anAbortOfADeployThatIsBeingAbortedStaysAnAbort() {
        deploy("v1", StrategyName.ROLLING);
        when("Deployment/shop-candidate", () -> {
            ask(Ask.Wish.ABORT, Duration.ZERO);
            assertThatThrownBy(() -> ask(Ask.Wish.PROMOTE, Duration.ZERO))
                    .hasMessageContaining("RLV-720: The deploy of [shop] in [dev] is being taken back: abort, by ann");
        });

        assertThat(failing(canary("v2"), Shop.options(true)).summary()).startsWith("The deploy was aborted by ann");
    }

    @Test
    void whatWasAskedOfOneDeployIsNothingToTheNext() {
        deploy("v1", StrategyName.ROLLING);
        when("Deployment/shop-candidate", () -> ask(Ask.Wish.ABORT, Duration.ZERO));
        failing(canary("v2"), Shop.options(true));

        deploy(canary("v2"), Shop.options(true));

        assertServes("v2");
    }

    @Test
    void aDeployThatDiedBeforeItHeardLeavesNoWishToTheNext() {
        deploy("v1", StrategyName.ROLLING);
        SimulatedClient client = new SimulatedClient(cluster).dyingAt(8, true);
        assertThatThrownBy(() -> service(client, "dead").deploy(canary("v2"), Shop.options(true)))
                .isInstanceOf(Killed.class);
        ask(Ask.Wish.ABORT, Duration.ZERO);

        deploy(canary("v3"), Shop.options(true));

        assertServes("v3");
    }

    @Test
    void nobodyIsAskedWhenNothingRuns() {
        deploy("v1", StrategyName.ROLLING);

        for (Ask.Wish wish : List.of(Ask.Wish.PROMOTE, Ask.Wish.PAUSE)) {
            assertThatThrownBy(() -> ask(wish, Duration.ofHours(1)))
                    .hasMessage(
                            "RLV-720: No deploy of [shop] in [dev] is running: Lease/relevo-shop in dev has no holder");
        }
        assertThatThrownBy(() -> asker().resume(Shop.APP)).hasMessageContaining("RLV-720");
        AbortOutcome outcome = asker().abort(Shop.APP, Shop.options(true));
        assertThat(outcome.sentence()).isEqualTo("nothing to take back; release 1 serves");
    }

    @Test
    void aLeaseThatMayNotBeWatchedIsHeardAtItsRenewals() {
        deploy("v1", StrategyName.ROLLING);
        when("Deployment/shop-candidate", () -> ask(Ask.Wish.ABORT, Duration.ZERO));
        SimulatedClient blind = new SimulatedClient(cluster).withoutWatching(Kind.LEASE);

        Problem problem = catchThrowableOfType(
                        RelevoException.class, () -> service(blind, "blind").deploy(canary("v2"), Shop.options(true)))
                .problem();

        assertThat(problem.summary()).startsWith("The deploy was aborted by ann");
        assertServes("v1");
    }

    static Stream<Arguments> deaths() {
        List<Arguments> all = new ArrayList<>();
        for (StrategyName strategy : StrategyName.values()) {
            all.add(Arguments.of(strategy, false));
            all.add(Arguments.of(strategy, true));
        }
        return all.stream();
    }

    /** Whoever died, and wherever: an abort by somebody else ends where the release before serves, or the new one does. */
    @ParameterizedTest(name = "{0} dies, with a route: {1}")
    @MethodSource("deaths")
    void anAbortTakesBackWhatADeadDeployLeft(StrategyName strategy, boolean routed) {
        int writes = writesOf(strategy, routed);
        List<AbortOutcome.Hand> hands = new ArrayList<>();
        for (int at = 1; at <= writes; at++) {
            SteeringTest life = new SteeringTest();
            String story = strategy + " dies at write " + at + (routed ? " with a route" : "");
            life.dies(strategy, routed, at);
            AbortOutcome outcome = life.asker().abort(Shop.APP, Shop.options(true));
            life.assertWhole(story, strategy, routed, outcome);
            hands.add(outcome.by());
        }
        assertThat(hands).contains(AbortOutcome.Hand.THE_ASKER, AbortOutcome.Hand.NOBODY);
    }

    /** The one who aborts may die as well; whoever aborts next ends it. */
    @ParameterizedTest(name = "{0} dies, with a route: {1}")
    @MethodSource("deaths")
    void anAbortThatDiesIsEndedByTheNext(StrategyName strategy, boolean routed) {
        int writes = writesOf(strategy, routed);
        for (int at = 2; at <= writes; at++) {
            for (int second = 1; second < 40; second += 3) {
                SteeringTest life = new SteeringTest();
                String story = strategy + " dies at write " + at + ", its abort at " + second;
                life.dies(strategy, routed, at);
                SimulatedClient mortal = new SimulatedClient(life.cluster).dyingAt(second, second % 2 == 0);
                boolean died = false;
                try {
                    life.service(mortal, "mortal").abort(Shop.APP, Shop.options(true));
                } catch (Killed expected) {
                    died = true;
                }
                AbortOutcome outcome = life.asker().abort(Shop.APP, Shop.options(true));
                life.assertWhole(story, strategy, routed, outcome);
                if (!died) {
                    break;
                }
            }
        }
    }

    private int writesOf(StrategyName strategy, boolean routed) {
        SteeringTest fresh = new SteeringTest();
        SimulatedClient client = new SimulatedClient(fresh.cluster);
        fresh.service(client, "first").deploy(spec("v1", StrategyName.ROLLING, routed), Shop.options(true));
        int before = client.writes().size();
        fresh.service(client, "second").deploy(spec("v2", strategy, routed), Shop.options(true));
        return client.writes().size() - before;
    }

    private void dies(StrategyName strategy, boolean routed, int at) {
        service(new SimulatedClient(cluster), "first")
                .deploy(spec("v1", StrategyName.ROLLING, routed), Shop.options(true));
        SimulatedClient mortal = new SimulatedClient(cluster).dyingAt(at, at % 2 == 0);
        try {
            service(mortal, "mortal").deploy(spec("v2", strategy, routed), Shop.options(true));
        } catch (Killed expected) {
            // What it left is what this is about.
        }
    }

    private void assertWhole(String story, StrategyName strategy, boolean routed, AbortOutcome outcome) {
        cluster.pass(Duration.ofSeconds(10));
        AppStatus status = status();
        assertThat(status.steady())
                .as(story + ": " + outcome.sentence() + ", " + status)
                .isTrue();
        int serves = outcome.serves().orElseThrow();
        assertThat(cluster.sightings().images("shop"))
                .as(story + ": " + outcome.sentence())
                .containsExactly("registry.example/shop:v" + serves);
        assertThat(cluster.store().list(Kind.DEPLOYMENT, "dev", Map.of()))
                .as(story)
                .hasSize(1);
        assertThat(cluster.store().list(Kind.SERVICE, "dev", Map.of()))
                .as(story)
                .hasSize(1);
        if (strategy != StrategyName.BIG_BANG) {
            assertThat(cluster.sightings().outages()).as(story).isEmpty();
        }
    }

    private static ReleaseSpec spec(String version, StrategyName strategy, boolean routed) {
        return routed ? Shop.version(version, strategy, ROUTED) : Shop.version(version, strategy);
    }

    private static ReleaseSpec canary(String version) {
        return Shop.version(version, StrategyName.CANARY, ROUTED);
    }

    private static DeployOptions options(Step... steps) {
        Settings settings = Shop.settings(true);
        return Shop.options(true)
                .with(new Settings(
                        settings.history(),
                        settings.prune(),
                        settings.bake(),
                        List.of(steps),
                        settings.route(),
                        settings.verify(),
                        settings.settle()));
    }

    /** Somebody does something as soon as an object is there, once. */
    private void when(String object, Runnable act) {
        String name = object.substring(object.indexOf('/') + 1);
        once(
                () -> cluster.store().all().stream()
                        .anyMatch(live -> live.kind().equals(Kind.DEPLOYMENT)
                                && live.name().equals(name)),
                act);
    }

    private void later(Duration time, Runnable act) {
        Duration at = cluster.pace().elapsed().plus(time);
        once(() -> cluster.pace().elapsed().compareTo(at) >= 0, act);
    }

    private void once(java.util.function.BooleanSupplier time, Runnable act) {
        boolean[] acted = {false};
        cluster.onEveryStep(() -> {
            if (!acted[0] && time.getAsBoolean()) {
                acted[0] = true;
                act.run();
            }
        });
    }

    private void ask(Ask.Wish wish, Duration atMost) {
        asker().ask(Shop.APP, wish, atMost);
    }

    private DeployService asker() {
        return service(new SimulatedClient(cluster), "ann");
    }

    private AppStatus status() {
        return asker().status(Shop.APP).orElseThrow();
    }

    private void deploy(String version, StrategyName strategy) {
        deploy(Shop.version(version, strategy, ROUTED), Shop.options(true));
    }

    private void deploy(ReleaseSpec spec, DeployOptions options) {
        service(new SimulatedClient(cluster), "deployer").deploy(spec, options);
    }

    private Problem failing(ReleaseSpec spec, DeployOptions options) {
        return catchThrowableOfType(RelevoException.class, () -> deploy(spec, options))
                .problem();
    }

    private void assertServes(String version) {
        cluster.pass(Duration.ofSeconds(8));
        assertThat(cluster.sightings().images("shop")).containsExactly("registry.example/shop:" + version);
        assertThat(status().steady()).isTrue();
    }

    /** What was said of every operation with this sentence. */
    private List<String> done(String sentence) {
        return events.stream()
                .filter(Event.TaskFinished.class::isInstance)
                .map(Event.TaskFinished.class::cast)
                .filter(task -> task.label().equals(sentence))
                .map(Event.TaskFinished::detail)
                .toList();
    }

    private DeployService service(SimulatedClient client, String holder) {
        return new DeployService(
                client,
                events::add,
                cluster.pace(),
                cluster.reach(),
                (deployment, replicaSets, pods) -> Optional.empty(),
                holder);
    }
}
