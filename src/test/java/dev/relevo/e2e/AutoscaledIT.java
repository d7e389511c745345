package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.release.ReleaseSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** An app whose number of pods belongs to an autoscaler, and whose pods are protected by a disruption budget. */
@Tag("any-cluster")
@EnabledIf("dev.relevo.e2e.Site#isGivenOrTimeDoesNotMatter")
class AutoscaledIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<Kind> KEEPERS = List.of(Kind.HORIZONTAL_POD_AUTOSCALER, Kind.POD_DISRUPTION_BUDGET);
    private static final String AUTOSCALER = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: shop}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
              minReplicas: 2
              maxReplicas: 5
              metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
            """;
    private static final String BUDGET = """
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: shop}
            spec:
              maxUnavailable: 1
              selector: {matchLabels: {app.kubernetes.io/name: shop}}
            """;

    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void keepsTheAutoscalersReplicasAndComesBackWithAutoscalerAndBudgetAsTheyWere() throws Exception {
        Shop.Design design = Shop.Design.USUAL.beside(AUTOSCALER, BUDGET);
        try (Shop shop = new Shop(Site.here(folder), folder, "scaled", design)) {
            shop.deploy(shop.version("v1", StrategyName.ROLLING, Map.of()), PATIENCE);
            List<KubeObject> before =
                    KEEPERS.stream().map(kind -> shop.live(kind, "shop")).toList();
            scaleAsTheAutoscalerDoes(shop, 4);

            for (StrategyName strategy : List.of(StrategyName.ROLLING, StrategyName.BLUE_GREEN)) {
                assertThat(shop.deploy(shop.version(strategy.written(), strategy, Map.of()), PATIENCE)
                                .replicas())
                        .as(strategy.written())
                        .isEqualTo(4);
            }

            shop.deploy(unkept(shop.version("v4", StrategyName.ROLLING, Map.of())), PATIENCE);
            assertThat(KEEPERS).allSatisfy(kind -> assertThat(shop.names(kind)).isEmpty());

            shop.rollback(StrategyName.ROLLING, PATIENCE);

            for (KubeObject then : before) {
                assertThat(shop.live(then.kind(), "shop").at("/spec"))
                        .as(then.ref().toString())
                        .isEqualTo(then.at("/spec"));
            }
            assertThat(shop.status().steady()).isTrue();
        }
    }

    private static void scaleAsTheAutoscalerDoes(Shop shop, int replicas) {
        KubeObject deployment = shop.live(Kind.DEPLOYMENT, "shop");
        KubeObject unused = shop.cluster()
                .replace(deployment.with(tree -> ((ObjectNode) tree.path("spec")).put("replicas", replicas)));
    }

    /** The same release with neither autoscaler nor budget. */
    private static ReleaseSpec unkept(ReleaseSpec spec) {
        return new ReleaseSpec(
                spec.app(),
                spec.namespace(),
                spec.image(),
                Optional.empty(),
                spec.manifests().stream()
                        .filter(object -> KEEPERS.stream().noneMatch(object.kind()::sameGroupAndName))
                        .toList(),
                spec.workload(),
                spec.strategy(),
                Optional.empty());
    }
}
