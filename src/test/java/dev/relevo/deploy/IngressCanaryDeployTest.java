package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.EventSink;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A canary behind ingress-nginx: the share is a sibling of the Ingress, and never outlives the candidate. */
class IngressCanaryDeployTest {
    private static final String INGRESS = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: shop, namespace: dev}
            spec:
              ingressClassName: nginx
              rules:
                - host: shop.example
                  http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
            """;

    private final SimulatedCluster cluster = new SimulatedCluster();

    @Test
    void theSharesAreThoseOfTheSiblingWhichGoesBeforeTheCandidate() {
        deploy("v1", StrategyName.ROLLING);

        Plan plan = service("planner").plan(version("v2", StrategyName.CANARY), Shop.options(true));

        assertThat(plan.notes()).isEmpty();
        assertThat(plan.operations().stream().map(Operation::sentence))
                .containsSubsequence(
                        "Wait until Deployment/shop-candidate is complete",
                        "Give the candidate its share by Ingress/shop-candidate: 10 %",
                        "Scale Deployment/shop-candidate to 2",
                        "Give the candidate its share by Ingress/shop-candidate: 50 %",
                        "Wait until Deployment/shop is complete",
                        "Return all traffic of Ingress/shop-candidate to the app's own Deployment",
                        "Delete Service/shop-candidate: it has no traffic");
    }

    @Test
    void anHttpRouteThatLeadsToTheAppGoesFirst() {
        ReleaseSpec first = Shop.version("v1", StrategyName.ROLLING, INGRESS, Shop.ROUTE);
        service("deployer").deploy(first, Shop.options(true));

        Plan plan = service("planner")
                .plan(Shop.version("v2", StrategyName.CANARY, INGRESS, Shop.ROUTE), Shop.options(true));

        assertThat(plan.operations().stream().map(Operation::sentence))
                .contains("Give the candidate its share by HTTPRoute/shop: 10 %")
                .noneMatch(sentence -> sentence.contains("by Ingress"));
    }

    @Test
    void theOwnIngressIsNotTouchedWhileTheCandidateHasItsShare() {
        deploy("v1", StrategyName.ROLLING);
        KubeObject before = ingress("shop").orElseThrow();
        String[] seen = {""};
        cluster.onEveryStep(() -> ingress("shop-candidate").ifPresent(sibling -> {
            seen[0] += sibling.annotations().get("nginx.ingress.kubernetes.io/canary-weight") + " ";
            assertThat(ingress("shop").orElseThrow().at("/spec")).isEqualTo(before.at("/spec"));
        }));

        deploy("v2", StrategyName.CANARY);

        assertThat(seen[0]).startsWith("10 ").endsWith("50 ");
        assertSteady("afterwards", "v2");
    }

    @Test
    void anIngressOfSomebodyElseUnderThatNameIsNotTakenOver() {
        deploy("v1", StrategyName.ROLLING);
        KubeObject theirs = Shop.object(INGRESS.replace("name: shop, name", "name: shop-candidate, name")
                .replace("{name: shop, port", "{name: other, port"));
        cluster.store().create(theirs);

        RelevoException failure = catchThrowableOfType(RelevoException.class, () -> deploy("v2", StrategyName.CANARY));

        assertThat(failure.problem().summary()).contains("Ingress/shop-candidate in dev is in the way");
        assertThat(ingress("shop-candidate").orElseThrow().at("/spec")).isEqualTo(theirs.at("/spec"));
    }

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void whereverACanaryDiedTheNextDeployTakesTheSiblingAway(StrategyName next) {
        IngressCanaryDeployTest counted = new IngressCanaryDeployTest();
        counted.deploy("v1", StrategyName.ROLLING);
        SimulatedClient counter = new SimulatedClient(counted.cluster);
        counted.service(counter, "counter").deploy(version("v2", StrategyName.CANARY), Shop.options(true));
        for (int at = 1; at <= counter.writes().size(); at++) {
            IngressCanaryDeployTest life = new IngressCanaryDeployTest();
            String story = "dies at write " + at + ", then " + next;
            life.deploy("v1", StrategyName.ROLLING);
            SimulatedClient mortal = new SimulatedClient(life.cluster).dyingAt(at, at % 2 == 0);
            try {
                life.service(mortal, "mortal").deploy(version("v2", StrategyName.CANARY), Shop.options(true));
            } catch (Killed expected) {
                // What it left is what this is about.
            }
            String follower = at % 3 == 0 ? "v2" : "v3";

            life.deploy(follower, next);

            life.assertSteady(story, follower);
            if (next != StrategyName.BIG_BANG) {
                assertThat(life.cluster.sightings().outages()).as(story).isEmpty();
            }
        }
    }

    private void assertSteady(String story, String version) {
        cluster.pass(Duration.ofSeconds(8));
        assertThat(service("looker").status(Shop.APP).orElseThrow().steady())
                .as(story)
                .isTrue();
        assertThat(cluster.sightings().images("shop")).as(story).containsExactly("registry.example/shop:" + version);
        assertThat(cluster.store().list(Kind.INGRESS, "dev", Map.of()))
                .as(story)
                .extracting(KubeObject::name)
                .isEqualTo(List.of("shop"));
    }

    private Optional<KubeObject> ingress(String name) {
        return cluster.store().get(new ObjectRef(Kind.INGRESS, "dev", name));
    }

    private void deploy(String version, StrategyName strategy) {
        service("deployer").deploy(version(version, strategy), Shop.options(true));
    }

    private static ReleaseSpec version(String version, StrategyName strategy) {
        return Shop.version(version, strategy, INGRESS);
    }

    private DeployService service(String holder) {
        return service(new SimulatedClient(cluster), holder);
    }

    private DeployService service(SimulatedClient client, String holder) {
        return new DeployService(
                client,
                EventSink.none(),
                cluster.pace(),
                cluster.reach(),
                (deployment, replicaSets, pods) -> Optional.empty(),
                holder);
    }
}
