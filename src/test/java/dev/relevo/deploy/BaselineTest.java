package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.VerifyConfig;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.RelevoException;
import dev.relevo.verify.HttpAsk;
import dev.relevo.verify.HttpReply;
import dev.relevo.verify.Reach;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A canary is compared with as many pods of the old version, which are as old as its own. */
class BaselineTest {
    private final SimulatedCluster cluster = new SimulatedCluster();
    private final Map<String, Integer> errorsInAThousand = new TreeMap<>();
    private int answered;

    @BeforeEach
    void theFirstVersionServes() {
        deploy(client(), spec("v1", StrategyName.ROLLING, true));
    }

    @Test
    void itStartsWithTheCandidateHasItsShareAndGoesBeforeTheAppIsRolled() {
        assertThat(sentences(plan(true)))
                .containsSubsequence(
                        "Apply Deployment/shop-baseline",
                        "Apply Deployment/shop-candidate",
                        "Wait until Deployment/shop-candidate is complete",
                        "Wait until Deployment/shop-baseline is complete",
                        "Give the candidate its share by HTTPRoute/shop: 10 %",
                        "Watch the candidate's error rate, and the baseline's, for 2 s",
                        "Scale Deployment/shop-baseline to 2",
                        "Scale Deployment/shop-candidate to 2",
                        "Give the candidate its share by HTTPRoute/shop: 50 %",
                        "Wait 2 s: connections on their way still reach the pods that they go to",
                        "Delete Deployment/shop-baseline: it has no traffic",
                        "Apply Deployment/shop");
    }

    @Test
    void theRouteGivesBothTheSame() {
        Map<String, Object> weights = new TreeMap<>();
        cluster.onEveryStep(() -> {
            KubeObject route =
                    cluster.store().get(Shop.object(Shop.ROUTE).ref()).orElseThrow();
            if (route.at("/spec/rules/0/backendRefs").size() == 3) {
                String shares = StreamSupport.stream(
                                route.at("/spec/rules/0/backendRefs").spliterator(), false)
                        .map(ref -> ref.path("name").asText() + " "
                                + ref.path("weight").asInt())
                        .collect(Collectors.joining(", "));
                weights.put(shares, "");
                assertThat(running("shop-baseline")).containsOnly("registry.example/shop:v1");
            }
        });

        deploy(client(), spec("v2", StrategyName.CANARY, true));

        assertThat(weights.keySet())
                .containsExactly(
                        "shop 0, shop-candidate 50, shop-baseline 50", "shop 80, shop-candidate 10, shop-baseline 10");
        Steady.holds(cluster, spec("v2", StrategyName.CANARY, true), "after the canary");
        assertThat(cluster.sightings().outages()).isEmpty();
    }

    @Test
    void withoutARouteItsPodsStandBesideTheOldOnesAndTheRealShareIsSaid() {
        deploy(client(), spec("v2", StrategyName.ROLLING, false));

        Plan plan = plan(false);

        assertThat(plan.notes()).contains("Shares go by the number of pods: asked 10 %, real 1 of 5 = 20 %");
        deploy(client(), spec("v3", StrategyName.CANARY, false));
        Steady.holds(cluster, spec("v3", StrategyName.CANARY, false), "after the canary");
        assertThat(cluster.sightings().outages()).isEmpty();
    }

    @Test
    void whatFailsMoreOftenThanTheOldVersionIsTakenBackThoughItIsWithinTheBound() {
        errorsInAThousand.put("registry.example/shop:v2", 30);

        RelevoException failure = catchThrowableOfType(
                RelevoException.class, () -> deploy(client(), spec("v2", StrategyName.CANARY, true)));

        assertThat(failure.problem().summary())
                .startsWith("The candidate fails more often than the old version: ")
                .contains("(3.00 %); the baseline: 0 of ")
                .endsWith("at most 1.0 points more are allowed");
        Steady.holds(cluster, spec("v1", StrategyName.CANARY, true), "after the failure");
    }

    @Test
    void whatFailsAsOftenAsTheOldVersionPasses() {
        errorsInAThousand.put("registry.example/shop:v1", 30);
        errorsInAThousand.put("registry.example/shop:v2", 30);

        deploy(client(), spec("v2", StrategyName.CANARY, true));

        Steady.holds(cluster, spec("v2", StrategyName.CANARY, true), "after the canary");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoeverComesAfterACrashTakesItAway(boolean routed) {
        int writes = writesOfALife(routed);
        StrategyName[] next = {StrategyName.ROLLING, StrategyName.CANARY, StrategyName.BLUE_GREEN};
        for (int at = 1; at <= writes; at++) {
            String story = "dies at write " + at + (routed ? " with a route" : "");
            BaselineTest life = new BaselineTest();
            life.deploy(life.client(), spec("v1", StrategyName.ROLLING, routed));
            try {
                life.deploy(life.client().dyingAt(at, at % 2 == 0), spec("v2", StrategyName.CANARY, routed));
            } catch (Killed expected) {
                // The next one comes when the lock has run out.
            }
            ReleaseSpec last = spec(at % 4 == 0 ? "v1" : "v2", next[at % 3], routed);
            life.deploy(life.client(), last);
            life.cluster.pass(Duration.ofSeconds(8));
            Steady.holds(life.cluster, last, story);
            assertThat(life.cluster.sightings().outages()).as(story).isEmpty();
        }
    }

    private static int writesOfALife(boolean routed) {
        BaselineTest life = new BaselineTest();
        life.deploy(life.client(), spec("v1", StrategyName.ROLLING, routed));
        SimulatedClient client = life.client();
        life.deploy(client, spec("v2", StrategyName.CANARY, routed));
        return client.writes().size();
    }

    private List<String> running(String deployment) {
        return cluster.store().list(Kind.POD, "dev", Map.of()).stream()
                .filter(pod -> pod.name().startsWith(deployment))
                .map(pod -> pod.at("/spec/containers/0/image").asText())
                .toList();
    }

    private Plan plan(boolean routed) {
        return service(client()).plan(spec("v3", StrategyName.CANARY, routed), options());
    }

    private static List<String> sentences(Plan plan) {
        return plan.operations().stream().map(Operation::sentence).toList();
    }

    private SimulatedClient client() {
        return new SimulatedClient(cluster);
    }

    private void deploy(SimulatedClient client, ReleaseSpec spec) {
        DeployOutcome unused = service(client).deploy(spec, options());
    }

    private DeployService service(SimulatedClient client) {
        return cluster.deployer(client, counting());
    }

    /** Every pod has answered a thousand times more whenever it is asked. */
    private Reach counting() {
        Reach usual = cluster.reach();
        return new Reach() {
            @Override
            public HttpReply send(KubeObject target, HttpAsk ask) throws IOException, InterruptedException {
                if (!target.kind().equals(Kind.POD)) {
                    return usual.send(target, ask);
                }
                answered++;
                int failed = errorsInAThousand.getOrDefault(
                        target.at("/spec/containers/0/image").asText(), 0);
                return new HttpReply(
                        200,
                        "answers{status=\"200\"} %d%nanswers{status=\"500\"} %d%n"
                                .formatted(answered * (1000 - failed), answered * failed));
            }
        };
    }

    private static ReleaseSpec spec(String version, StrategyName strategy, boolean routed) {
        return routed ? Shop.version(version, strategy, Shop.ROUTE) : Shop.version(version, strategy);
    }

    private static DeployOptions options() {
        Settings usual = Shop.settings(true);
        VerifyConfig.MetricsCheck check =
                new VerifyConfig.MetricsCheck("/", Optional.empty(), "answers", "status", 0.05, 0.01, 10);
        Settings settings = new Settings(
                usual.history(),
                usual.prune(),
                usual.bake(),
                usual.preview(),
                usual.steps(),
                usual.route(),
                true,
                new VerifyConfig(usual.verify().http(), Optional.of(check)),
                usual.auto(),
                usual.hooks(),
                usual.settle());
        return Shop.options(StrategyName.CANARY, settings, DeployOptions.LEASE);
    }
}
