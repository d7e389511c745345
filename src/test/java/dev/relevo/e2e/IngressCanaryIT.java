package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.report.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Behind an Ingress of ingress-nginx, in a cluster that keeps the objects without a controller that follows them. */
@Tag("any-cluster")
@EnabledIf("dev.relevo.e2e.Site#isGivenOrTimeDoesNotMatter")
class IngressCanaryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NGINX = "nginx.ingress.kubernetes.io/";
    private static final String INGRESS = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: shop}
            spec:
              ingressClassName: nginx
              rules:
                - host: shop.example
                  http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
            """;

    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void aSiblingGivesTheShareForAsLongAsThereIsOneAndAPreviewThatNobodyFollowsIsToldOf() throws Exception {
        try (Shop shop = new Shop(Site.here(folder), folder, "nginx", Shop.Design.USUAL.beside(INGRESS))) {
            shop.deploy(shop.version("v1", StrategyName.ROLLING, Map.of()), PATIENCE);
            KubeObject before = shop.live(Kind.INGRESS, "shop");
            List<KubeObject> siblings = new ArrayList<>();

            shop.service(event -> {
                        if (event instanceof Event.TrafficShifted shifted && shifted.percent() > 0) {
                            assertThat(shifted.by()).isEqualTo("Ingress/shop-candidate");
                            siblings.add(shop.live(Kind.INGRESS, "shop-candidate"));
                        }
                    })
                    .deploy(
                            shop.version("v2", StrategyName.CANARY, Map.of()),
                            shop.options(StrategyName.CANARY, PATIENCE));

            assertThat(siblings.get(0).annotations())
                    .containsEntry(NGINX + "canary", "true")
                    .containsEntry(NGINX + "canary-weight", "20");
            assertThat(siblings.get(0)
                            .at("/spec/rules/0/http/paths/0/backend/service/name")
                            .asText())
                    .isEqualTo("shop-candidate");
            assertOnlyTheOwnIngressAsItWas(shop, before);

            List<String> warnings = new ArrayList<>();
            shop.service(event -> {
                        if (event instanceof Event.Warning warning) {
                            warnings.add(warning.text());
                        }
                    })
                    .deploy(
                            shop.version("v3", StrategyName.BLUE_GREEN, Map.of()),
                            shop.options(StrategyName.BLUE_GREEN, PATIENCE));

            assertThat(warnings)
                    .contains(
                            "The candidate was not asked by Ingress/shop-preview in %1$s: Ingress/shop in %1$s reports no address"
                                    .formatted(shop.namespace()));
            assertOnlyTheOwnIngressAsItWas(shop, before);
        }
    }

    private static void assertOnlyTheOwnIngressAsItWas(Shop shop, KubeObject before) {
        assertThat(shop.names(Kind.INGRESS)).containsExactly("shop");
        KubeObject now = shop.live(Kind.INGRESS, "shop");
        assertThat(now.at("/spec")).isEqualTo(before.at("/spec"));
        assertThat(now.uid()).isEqualTo(before.uid());
        assertThat(shop.status().steady()).isTrue();
    }
}
