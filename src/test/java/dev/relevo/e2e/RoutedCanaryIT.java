package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.report.RelevoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind an HTTPRoute: shares of a canary by weight, a blue-green candidate asked through it, and the route as it was afterwards. */
class RoutedCanaryIT {
    /** A mesh's: users ask the Service. */
    private static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              parentRefs: [{group: "", kind: Service, name: shop, port: 80}]
              rules:
                - matches: [{path: {type: PathPrefix, value: /}}]
                  backendRefs: [{name: shop, port: 80}]
            """;

    @Test
    void theRouteGivesSharesAndPreviewsAndIsAsWrittenAfterwardsWhateverBecameOfTheCandidate(@TempDir Path directory)
            throws Exception {
        try (Shop shop = new Shop(Site.local(directory), directory, "routed", Shop.Design.USUAL.beside(ROUTE))) {
            shop.deploy(shop.version("v1", StrategyName.ROLLING, Map.of()), Duration.ofSeconds(60));
            try (SteadyTraffic traffic = new SteadyTraffic(shop.address(), 200)) {
                shop.deploy(shop.version("v2", StrategyName.CANARY, Map.of()), Duration.ofSeconds(60));

                SteadyTraffic.Seen promoted = traffic.seen();
                assertThat(promoted.failures()).isEmpty();
                assertThat(promoted.versions()).containsExactly("v1", "v2");
                assertSteady(shop);

                RelevoException failure = catchThrowableOfType(
                        RelevoException.class,
                        () -> shop.deploy(
                                shop.version("v3", StrategyName.CANARY, Map.of("NEVER_READY", "true")),
                                Duration.ofSeconds(5)));

                assertThat(failure.problem().code().exit().number()).isEqualTo(7);
                SteadyTraffic.Seen withdrawn = traffic.seen();
                assertThat(withdrawn.failures()).isEmpty();
                assertThat(withdrawn.versions()).containsExactly("v2");
                assertSteady(shop);

                shop.service().deploy(shop.version("v4", StrategyName.BLUE_GREEN, Map.of()), shop.previewing());

                SteadyTraffic.Seen previewed = traffic.seen();
                assertThat(previewed.failures()).isEmpty();
                assertThat(previewed.versions()).containsExactly("v2", "v4");
                assertThat(shop.names(Kind.HTTP_ROUTE)).isEqualTo(List.of("shop"));
                assertSteady(shop);
            }
        }
    }

    private static void assertSteady(Shop shop) {
        assertThat(shop.status().steady()).isTrue();
        assertThat(shop.names(Kind.DEPLOYMENT)).isEqualTo(List.of("shop"));
        assertThat(shop.names(Kind.SERVICE)).isEqualTo(List.of("shop"));
        KubeObject live = shop.live(Kind.HTTP_ROUTE, "shop");
        assertThat(live.at("/spec/rules/0/backendRefs").size()).isEqualTo(1);
        assertThat(live.at("/spec/rules/0/backendRefs/0/name").asText()).isEqualTo("shop");
        assertThat(live.at("/spec/rules/0/backendRefs/0/weight").asInt(1)).isEqualTo(1);
        assertThat(live.annotations()).doesNotContainKey("relevo.dev/weights-before");
    }
}
