package dev.relevo.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig;
import dev.relevo.config.DeployConfig.BlueGreenConfig;
import dev.relevo.config.DeployConfig.CanaryConfig;
import dev.relevo.config.DeployConfig.SchemaChange;
import dev.relevo.config.DeployConfig.StrategyChoice;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.ServiceConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreflightTest {
    private static final String REPOSITORY = "example.com/shop";
    private static final String SHOP = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: shop}
            spec:
              replicas: 2
              selector: {matchLabels: {app: shop}}
              strategy: {rollingUpdate: {maxUnavailable: 0}}
              template:
                metadata: {labels: {app: shop}}
                spec:
                  terminationGracePeriodSeconds: 30
                  containers:
                    - name: app
                      image: example.com/shop
                      readinessProbe: {tcpSocket: {port: 1}}
                      lifecycle: {preStop: {sleep: {seconds: 5}}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {selector: {app: shop}}}
            """;

    @Test
    void what_is_generated_needs_no_warning() {
        ServiceConfig service = new ServiceConfig(
                8080,
                80,
                2,
                Map.of("A", "b"),
                List.of("db"),
                List.of(),
                Optional.empty(),
                new ServiceConfig.Probes(Optional.of("/ready"), Optional.empty(), Optional.empty()),
                new ServiceConfig.Resources("100m", "128Mi", Optional.empty(), "256Mi"),
                5,
                30,
                Optional.of(new ServiceConfig.Autoscale(2, 4, 80)),
                Optional.of(1));

        Manifests manifests = ManifestGenerator.generate("shop", service, REPOSITORY, Optional.of("shop-config"));

        assertThat(manifests.objects())
                .extracting(object -> object.kind().name())
                .containsExactly(
                        "ServiceAccount", "Service", "PodDisruptionBudget", "Deployment", "HorizontalPodAutoscaler");
        KubeObject deployment =
                manifests.find(Kind.DEPLOYMENT, "shop").orElseThrow().object();
        assertThat(deployment.at("/spec/replicas").isMissingNode()).isTrue();
        assertThat(deployment
                        .at("/spec/template/spec/securityContext/runAsNonRoot")
                        .asBoolean())
                .isTrue();
        assertThat(deployment
                        .at("/spec/template/spec/containers/0/envFrom/0/configMapRef/name")
                        .asText())
                .isEqualTo("shop-config");
        assertThat(check(manifests, List.of(liveWith(manifests, 2)), StrategyName.ROLLING))
                .isEmpty();
    }

    @Test
    void a_service_that_is_prepared_needs_no_warning() {
        assertThat(check(SHOP, StrategyName.ROLLING)).isEmpty();
    }

    @Test
    void requests_that_will_be_lost_are_warned_of() {
        assertThat(check(SHOP.replace("readinessProbe", "ignored"), StrategyName.ROLLING))
                .singleElement()
                .satisfies(warning -> assertThat(warning.text()).contains("no readiness probe"));
        assertThat(check(SHOP.replace("lifecycle", "ignored"), StrategyName.BLUE_GREEN))
                .singleElement()
                .satisfies(warning -> assertThat(warning.text()).contains("no preStop"));
        assertThat(check(SHOP.replace("seconds: 5", "seconds: 30"), StrategyName.ROLLING))
                .singleElement()
                .satisfies(warning -> assertThat(warning.text()).contains("grace period of 30 s"));
        assertThat(check(SHOP.replace("maxUnavailable: 0", "maxUnavailable: 100%"), StrategyName.ROLLING))
                .singleElement()
                .satisfies(warning -> assertThat(warning.text()).contains("all 2 pods"));
    }

    @Test
    void big_bang_loses_requests_anyway() {
        assertThat(check(SHOP.replace("readinessProbe", "ignored"), StrategyName.BIG_BANG))
                .isEmpty();
    }

    @Test
    void a_selector_that_would_change_is_an_error_where_the_deployment_stays() {
        Manifests manifests = manifests(SHOP);
        KubeObject live = manifests(SHOP.replace("app: shop", "app: old"))
                .find(Kind.DEPLOYMENT, "shop")
                .orElseThrow()
                .object();

        assertThat(check(manifests, List.of(live), StrategyName.ROLLING))
                .singleElement()
                .satisfies(warning -> {
                    assertThat(warning.severity()).isEqualTo(Preflight.Severity.ERROR);
                    assertThat(warning.text()).contains("immutable").contains("{\"app\":\"old\"}");
                });
        assertThat(check(manifests, List.of(live), StrategyName.BLUE_GREEN)).isEmpty();
        assertThat(check(manifests, List.of(live), StrategyName.BIG_BANG)).isEmpty();
    }

    @Test
    void a_budget_that_lets_nobody_go_is_warned_of_whether_written_or_live() {
        String budget =
                "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: keep}, spec: {minAvailable: 100%, selector: {matchLabels: {app: shop}}}}";

        assertThat(check(SHOP + "---\n" + budget, StrategyName.ROLLING))
                .singleElement()
                .satisfies(warning -> assertThat(warning.text()).contains("PodDisruptionBudget/keep"));
        assertThat(check(manifests(SHOP), manifests(budget).objects(), StrategyName.ROLLING))
                .hasSize(1);
        assertThat(check(SHOP + "---\n" + budget.replace("100%", "1"), StrategyName.ROLLING))
                .isEmpty();
    }

    @Test
    void a_small_canary_without_a_route_says_its_real_share() {
        assertThat(check(SHOP, StrategyName.CANARY))
                .singleElement()
                .satisfies(warning -> assertThat(warning.text()).contains("10 % becomes at least 33 %"));
        String route = "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: shop}}";
        assertThat(check(SHOP + "---\n" + route, StrategyName.CANARY)).isEmpty();
    }

    private static KubeObject liveWith(Manifests manifests, int replicas) {
        return manifests
                .find(Kind.DEPLOYMENT, "shop")
                .orElseThrow()
                .object()
                .with(tree ->
                        ((com.fasterxml.jackson.databind.node.ObjectNode) tree.get("spec")).put("replicas", replicas));
    }

    private static List<Preflight.Warning> check(String yaml, StrategyName strategy) {
        return check(manifests(yaml), List.of(), strategy);
    }

    private static List<Preflight.Warning> check(Manifests manifests, List<KubeObject> live, StrategyName strategy) {
        Workload workload = Workload.find(manifests, Optional.empty(), Optional.empty(), REPOSITORY);
        DeployConfig deploy = new DeployConfig(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                StrategyChoice.AUTO,
                SchemaChange.COMPATIBLE,
                Duration.ofMinutes(5),
                10,
                true,
                true,
                Duration.ZERO,
                DeployConfig.IfSuperseded.WAIT,
                Optional.empty(),
                new BlueGreenConfig(Duration.ZERO),
                new CanaryConfig(List.of(new CanaryConfig.Step(10, Duration.ZERO)), Optional.empty()));
        return Preflight.check(manifests, workload, live, deploy, strategy);
    }

    private static Manifests manifests(String yaml) {
        return new Manifests(ManifestReader.parse(yaml, "all.yaml"));
    }
}
