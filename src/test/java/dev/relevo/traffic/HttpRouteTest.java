package dev.relevo.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRouteTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private final HttpRoute router = new HttpRoute(
            new ObjectRef(Kind.HTTP_ROUTE, "dev", "shop"), "shop", "shop-candidate", "shop-baseline", false);

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 50, 99})
    void aRuleOfTheAppAloneIsSharedInPercent(int percent) throws Exception {
        KubeObject route = route("- backendRefs: [{name: shop, port: 80}]");

        KubeObject shifted = router.shifted(route, percent).route().orElseThrow();

        assertThat(shifted.at("/spec/rules/0/backendRefs/0/weight").asInt()).isEqualTo(100 - percent);
        assertThat(shifted.at("/spec/rules/0/backendRefs/1/name").asText()).isEqualTo("shop-candidate");
        assertThat(shifted.at("/spec/rules/0/backendRefs/1/port").asInt()).isEqualTo(80);
        assertThat(shifted.at("/spec/rules/0/backendRefs/1/weight").asInt()).isEqualTo(percent);
        assertThat(router.observed(shifted).percent()).isEqualTo(percent);
    }

    @Test
    void afterAnyShiftsTheWayBackRestoresTheRouteByteForByte() throws Exception {
        KubeObject route = route("""
                - matches: [{path: {value: /a}}]
                  filters: [{type: RequestMirror}]
                  backendRefs: [{name: other, port: 1, weight: 30}, {name: shop, port: 80, weight: 70}]
                - backendRefs: [{name: shop, port: 80}]
                - backendRefs: [{name: stranger, port: 9}]
                """);
        KubeObject shifted = route;
        for (int percent : new int[] {10, 50, 20}) {
            shifted = router.shifted(shifted, percent).route().orElseThrow();
        }
        assertThat(HttpRoute.leadsTo(shifted, "shop-candidate")).isTrue();

        assertThat(router.shifted(shifted, 0).route()).contains(route);
    }

    @Test
    void whileItIsSharedEverythingButTheReferencesToTheAppStaysByteForByte() throws Exception {
        KubeObject route = route("""
                - matches: [{path: {value: /a}}]
                  filters: [{type: RequestMirror}]
                  timeouts: {request: 3s}
                  backendRefs: [{name: other, port: 1, weight: 30, filters: [{type: X}]}, {name: shop, port: 80, weight: 70}]
                - backendRefs: [{name: stranger, port: 9}, {name: shop, namespace: prod, port: 80}]
                """);

        KubeObject shifted = router.shifted(route, 10).route().orElseThrow();

        assertThat(shifted.at("/spec/rules/1"))
                .hasToString(route.at("/spec/rules/1").toString());
        for (String part : new String[] {"matches", "filters", "timeouts", "backendRefs/0"}) {
            assertThat(shifted.at("/spec/rules/0/" + part))
                    .hasToString(route.at("/spec/rules/0/" + part).toString());
        }
        assertThat(shifted.at("/spec/hostnames")).isEqualTo(route.at("/spec/hostnames"));
    }

    @Test
    void besideOthersTheAppSharesOnlyItsOwnWeight() throws Exception {
        KubeObject route =
                route("- backendRefs: [{name: other, port: 1, weight: 30}, {name: shop, port: 80, weight: 70}]");

        KubeObject shifted = router.shifted(route, 10).route().orElseThrow();

        assertThat(shifted.at("/spec/rules/0/backendRefs").toString())
                .isEqualTo(
                        "[{\"name\":\"other\",\"port\":1,\"weight\":30},{\"name\":\"shop\",\"port\":80,\"weight\":63},"
                                + "{\"name\":\"shop-candidate\",\"port\":80,\"weight\":7}]");
    }

    @Test
    void aWeightThatCannotBeSharedIsRefusedWithTheReason() throws Exception {
        KubeObject route = route("- backendRefs: [{name: other, port: 1}, {name: shop, port: 80}]");

        HttpRoute.Shifted shifted = router.shifted(route, 10);

        assertThat(shifted.route()).isEmpty();
        assertThat(shifted.why())
                .contains("HTTPRoute/shop")
                .contains("weight 1 ")
                .contains("times 100");
    }

    @Test
    void aServiceOfTheSameNameElsewhereIsNotTheApps() throws Exception {
        KubeObject route = route("- backendRefs: [{name: shop, namespace: prod, port: 80}]");

        assertThat(HttpRoute.leadsTo(route, "shop")).isFalse();
        assertThat(router.shifted(route, 10).route()).contains(withAnnotation(route));
    }

    @Test
    void withoutACandidateInItTheWayBackChangesNothing() throws Exception {
        KubeObject route = route("- backendRefs: [{name: shop, port: 80, weight: 7}]");

        assertThat(router.shifted(route, 0).route()).contains(route);
    }

    private static KubeObject withAnnotation(KubeObject route) {
        return route.withAnnotation("relevo.dev/weights-before", "[]");
    }

    private static KubeObject route(String rules) throws Exception {
        String yaml = """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: shop, namespace: dev, labels: {a: b}}
                spec:
                  hostnames: [shop.example]
                  rules:
                """;
        return KubeObject.of((ObjectNode) YAML.readTree(yaml + rules.indent(4)));
    }
}
