package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.CanaryConfig.Step;
import dev.relevo.config.DeployConfig.SchemaChange;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.VerifyConfig;
import dev.relevo.deploy.plan.AutoStrategy;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.FrozenPlan;
import dev.relevo.deploy.plan.Hooks;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.strategy.Strategy;
import dev.relevo.report.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which strategy is chosen, and what people are told of it. */
class AutoStrategyTest {
    private static final AutoStrategy REMOTE = new AutoStrategy(false, true);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final List<Event> events = new ArrayList<>();

    @Test
    void theFirstReleaseIsRolledOutWhateverElseIsSo() {
        assertThat(choice(Shop.version("v1", StrategyName.CANARY, Shop.ROUTE), settings(REMOTE, true, true)))
                .isEqualTo("rolling: nothing serves yet, so there is nothing to hand over from");
        assertThat(choice(
                        Shop.version("v1", StrategyName.CANARY).withSchema(SchemaChange.INCOMPATIBLE),
                        settings(REMOTE, true, true)))
                .startsWith("rolling: nothing serves yet");
    }

    @Test
    void anIncompatibleReleaseReplacesTheOneBefore() {
        deployed(Shop.version("v1", StrategyName.ROLLING, Shop.ROUTE));

        assertThat(choice(
                        Shop.version("v2", StrategyName.ROLLING, Shop.ROUTE).withSchema(SchemaChange.INCOMPATIBLE),
                        settings(REMOTE, true, true)))
                .isEqualTo(
                        "big-bang: the release is declared incompatible with the one before it, so they must never run"
                                + " at the same time");
    }

    @Test
    void onThisMachineTheOldGoesFirst() {
        deployed(Shop.version("v1", StrategyName.ROLLING));

        assertThat(choice(Shop.version("v2", StrategyName.ROLLING), settings(new AutoStrategy(true, true), true, true)))
                .isEqualTo("big-bang: it is the environment on this machine, where nobody else is served");
    }

    @Test
    void aRouteAndSomethingThatJudgesMakeACanary() {
        deployed(Shop.version("v1", StrategyName.ROLLING, Shop.ROUTE));
        ReleaseSpec next = Shop.version("v2", StrategyName.ROLLING, Shop.ROUTE);

        assertThat(choice(next, settings(REMOTE, true, false)))
                .isEqualTo("canary: HTTPRoute/shop can give a candidate an exact share, and verify has what judges it");
        assertThat(choice(next, settings(REMOTE, false, false)))
                .isEqualTo("rolling: verify has nothing that would judge a candidate");
    }

    @Test
    void withoutARouteThePodsMustBeEnoughForTheShares() {
        deployed(Shop.of("v1", StrategyName.ROLLING, 3, "app: shop"));
        assertThat(choice(Shop.of("v2", StrategyName.ROLLING, 3, "app: shop"), settings(REMOTE, true, true)))
                .isEqualTo("blue-green: verify.http can judge a candidate before it gets any traffic");
        AutoStrategyTest large = new AutoStrategyTest();
        large.deployed(Shop.of("v1", StrategyName.ROLLING, 9, "app: shop"));
        assertThat(large.choice(Shop.of("v2", StrategyName.ROLLING, 9, "app: shop"), settings(REMOTE, true, true)))
                .isEqualTo(
                        "canary: of 9 pods a candidate can have the shares that are asked for, and verify.metrics judges"
                                + " it");
    }

    @Test
    void aSelectorThatChangesNeedsASecondDeployment() {
        deployed(Shop.version("v1", StrategyName.ROLLING));

        assertThat(choice(
                        Shop.of("v2", StrategyName.ROLLING, 3, "app: shop, part: web"), settings(REMOTE, false, false)))
                .startsWith("blue-green: the selector of Deployment/shop in dev changes");
    }

    @Test
    void anAppWithoutAServiceHasNoTrafficToHandOver() {
        deployed(withoutService("v1"));

        assertThat(choice(withoutService("v2"), settings(REMOTE, true, true)))
                .isEqualTo("rolling: no Service leads to its pods, so there is no traffic to switch or share");
    }

    @Test
    void aReleaseThatServedBeforeIsNotTriedOut() {
        deployed(Shop.version("v1", StrategyName.ROLLING, Shop.ROUTE));
        deployed(Shop.version("v2", StrategyName.ROLLING, Shop.ROUTE));

        service().rollback(Shop.APP, OptionalInt.empty(), options(settings(REMOTE, true, true)));

        assertThat(service().history(Shop.APP).get(2).release().spec().strategy())
                .isEqualTo(StrategyName.ROLLING);
        assertThat(told()).contains("rolling: Chosen by auto, because the release served before");
    }

    @Test
    void planDeployAndHistorySayWhatWasChosenAndWhy() {
        deployed(Shop.version("v1", StrategyName.ROLLING));
        ReleaseSpec next = Shop.version("v2", StrategyName.ROLLING);
        DeployOptions options = options(settings(REMOTE, true, false));

        Plan plan = service().plan(next, options);
        FrozenPlan frozen = service().propose(next, options).frozen();
        service().deploy(next, options);

        assertThat(plan.strategy()).isEqualTo(StrategyName.BLUE_GREEN);
        assertThat(plan.why())
                .isEqualTo("Chosen by auto, because verify.http can judge a candidate before it gets any traffic."
                        + " The versions must not serve together, so a candidate takes over in one switch");
        assertThat(frozen.strategy()).isEqualTo(StrategyName.BLUE_GREEN);
        assertThat(frozen.why()).isEqualTo(plan.why());
        assertThat(told()).contains("blue-green: Chosen by auto, because verify.http");
        assertThat(service().history(Shop.APP).get(1).release().spec().strategy())
                .isEqualTo(StrategyName.BLUE_GREEN);
    }

    @Test
    void theChoiceIsMadeUnderTheLockAgain() {
        DeployOptions options = options(settings(REMOTE, true, false));
        ReleaseSpec early = service().chosen(Shop.version("v2", StrategyName.ROLLING), options);
        deployed(Shop.version("v1", StrategyName.ROLLING));

        service().deploy(early, options);

        assertThat(early.strategy()).isEqualTo(StrategyName.ROLLING);
        assertThat(service().history(Shop.APP).get(1).release().spec().strategy())
                .isEqualTo(StrategyName.BLUE_GREEN);
    }

    /** Whatever the cluster holds, what is chosen can be gone, and no outage comes of it. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsChosenCanAlwaysBeGone(long seed) {
        Random random = new Random(seed);
        String[] extras = random.nextBoolean() ? new String[] {Shop.ROUTE} : new String[0];
        deployed(Shop.version("v0", StrategyName.ROLLING, extras));
        for (int i = 1; i <= 8; i++) {
            DeployOptions options = options(settings(REMOTE, random.nextBoolean(), random.nextInt(4) == 0));
            ReleaseSpec spec = Shop.of("v" + i, StrategyName.ROLLING, 1 + random.nextInt(9), "app: shop", extras);
            SimulatedClient client = random.nextInt(3) == 0
                    ? new SimulatedClient(cluster).dyingAt(1 + random.nextInt(40), random.nextBoolean())
                    : new SimulatedClient(cluster);
            try {
                service(client).deploy(spec, options);
            } catch (SimulatedClient.Killed | dev.relevo.report.RelevoException died) {
                assertThat(died).as("seed " + seed).hasMessageNotContaining("RLV-705");
            }
            cluster.pass(Duration.ofSeconds(random.nextInt(30)));
        }
        assertThat(cluster.sightings().outages()).as("seed " + seed).isEmpty();
    }

    static Stream<Long> seeds() {
        return Stream.iterate(1L, seed -> seed + 1).limit(Long.getLong("relevo.seeds", 10));
    }

    private String choice(ReleaseSpec spec, Settings settings) {
        Observed observed = new Observer(new SimulatedClient(cluster)).observe(spec);
        AutoStrategy.Choice choice = settings.auto().orElseThrow().choose(observed, spec, settings);
        assertThat(Strategy.of(choice.strategy())
                        .plan(
                                observed,
                                new Release(observed.nextNumber(), NOW, spec.withStrategy(choice.strategy())),
                                settings)
                        .operations())
                .isNotEmpty();
        return choice.strategy().written() + ": " + choice.reason();
    }

    private static ReleaseSpec withoutService(String version) {
        ReleaseSpec spec = Shop.version(version, StrategyName.ROLLING);
        return new ReleaseSpec(
                spec.app(),
                spec.namespace(),
                spec.image(),
                spec.configHash(),
                spec.manifests().stream()
                        .filter(object -> !object.kind().equals(Kind.SERVICE))
                        .toList(),
                new ObjectRef(Kind.DEPLOYMENT, "dev", "shop"),
                StrategyName.ROLLING,
                Optional.empty());
    }

    private static Settings settings(AutoStrategy auto, boolean asked, boolean counted) {
        Settings plain = Shop.settings(asked);
        return new Settings(
                plain.history(),
                plain.prune(),
                plain.bake(),
                plain.preview(),
                List.of(new Step(10, Duration.ofSeconds(2)), new Step(50, Duration.ofSeconds(2))),
                plain.route(),
                plain.baseline(),
                new VerifyConfig(
                        plain.verify().http(),
                        counted
                                ? Optional.of(new VerifyConfig.MetricsCheck(
                                        "/", Optional.empty(), "answers", "status", 0.01, 0.01, 1))
                                : Optional.empty()),
                Optional.of(auto),
                Hooks.NONE,
                plain.settle());
    }

    private static DeployOptions options(Settings settings) {
        return Shop.options(true).with(settings);
    }

    private void deployed(ReleaseSpec spec) {
        service().deploy(spec, Shop.options(true));
        cluster.pass(Duration.ofSeconds(8));
    }

    private List<String> told() {
        return events.stream()
                .filter(Event.Info.class::isInstance)
                .map(event -> ((Event.Info) event).text())
                .map(text ->
                        text.replaceFirst("(because [^,.]*(\\.http)?).*", "$1").replaceFirst(" can judge.*", ""))
                .toList();
    }

    private DeployService service() {
        return service(new SimulatedClient(cluster));
    }

    private DeployService service(SimulatedClient client) {
        return new DeployService(
                client,
                events::add,
                cluster.pace(),
                cluster.reach(),
                (deployment, replicaSets, pods) -> Optional.empty(),
                "test-" + System.identityHashCode(client));
    }
}
