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
import dev.relevo.config.HooksConfig;
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
        KubeObject ingress = manifests("{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: shop}}")
                .objects()
                .get(0);
        assertThat(check(manifests(SHOP), List.of(ingress), StrategyName.CANARY))
                .as("one that is in the cluster and leads to the app")
                .isEmpty();
    }

    @Test
    void a_canary_is_rolled_in_the_end_and_a_blue_green_deployment_has_no_traffic_then() {
        String recreated = SHOP.replace("strategy: {rollingUpdate: {maxUnavailable: 0}}", "strategy: {type: Recreate}");

        assertThat(check(recreated, StrategyName.CANARY))
                .extracting(Preflight.Warning::text)
                .contains("Deployment/shop has the strategy Recreate: it has downtime whenever it is rolled");
        assertThat(check(recreated, StrategyName.BLUE_GREEN)).isEmpty();
    }

    @Test
    void a_quota_without_room_for_the_pods_beside_the_old_ones_is_warned_of() {
        Manifests manifests = manifests(SHOP.replace(
                "image: example.com/shop",
                "image: example.com/shop\n          resources: {requests: {cpu: 250m}, limits: {memory: 64Mi}}"));
        List<KubeObject> live = List.of(liveWith(manifests, 2), quota("{requests.cpu: '1'}", "{requests.cpu: 500m}"));

        assertThat(check(manifests, live, StrategyName.ROLLING))
                .as("one pod more")
                .isEmpty();
        assertThat(check(manifests, live, StrategyName.BIG_BANG)).isEmpty();
        assertThat(check(manifests, live, StrategyName.BLUE_GREEN))
                .singleElement()
                .satisfies(warning -> assertThat(warning.text())
                        .isEqualTo(
                                "ResourceQuota/team has no room for the 3 pods that blue-green runs beside the old ones:"
                                        + " requests.cpu: 500m of 1 are used, and each pod takes 250m"));
    }

    @Test
    void a_quota_is_compared_in_whatever_unit_and_by_the_limit_where_no_request_is_said() {
        Manifests manifests = manifests(SHOP.replace(
                "image: example.com/shop", "image: example.com/shop\n          resources: {limits: {memory: 1Gi}}"));
        KubeObject running = liveWith(manifests, 2);

        assertThat(check(manifests, List.of(running, quota("{memory: 3Gi}", "{memory: 2048Mi}")), StrategyName.ROLLING))
                .isEmpty();
        assertThat(check(manifests, List.of(running, quota("{memory: 3Gi}", "{memory: 2049Mi}")), StrategyName.ROLLING))
                .hasSize(1);
        assertThat(check(manifests, List.of(running, quota("{pods: 2}", "{pods: 2}")), StrategyName.ROLLING))
                .singleElement()
                .satisfies(warning -> assertThat(warning.text())
                        .endsWith("the 1 pod that rolling runs beside the old ones: pods: 2 of 2 are used, and each pod"
                                + " takes 1"));
    }

    @Test
    void a_rolling_update_that_may_go_without_a_pod_needs_no_room() {
        Manifests manifests = manifests(SHOP.replace("maxUnavailable: 0", "maxUnavailable: 1"));

        assertThat(check(
                        manifests,
                        List.of(liveWith(manifests, 2), quota("{pods: 2}", "{pods: 2}")),
                        StrategyName.ROLLING))
                .isEmpty();
    }

    @Test
    void a_quota_for_some_pods_only_says_nothing_of_these() {
        Manifests manifests = manifests(SHOP);
        KubeObject some = quota("{pods: 0}", "{pods: 0}")
                .with(tree -> ((com.fasterxml.jackson.databind.node.ObjectNode) tree.get("spec"))
                        .putArray("scopes")
                        .add("BestEffort"));

        assertThat(check(manifests, List.of(some), StrategyName.ROLLING)).isEmpty();
    }

    private static KubeObject quota(String hard, String used) {
        return manifests("{apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: " + hard
                        + "}, status: {used: " + used + "}}")
                .objects()
                .get(0);
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
                false,
                Duration.ofMinutes(5),
                10,
                true,
                true,
                Duration.ZERO,
                DeployConfig.IfSuperseded.WAIT,
                Optional.empty(),
                DeployConfig.OnInterrupt.WITHDRAW,
                new DeployConfig.WatchdogConfig(Optional.empty()),
                new HooksConfig(List.of(), List.of(), List.of(), HooksConfig.IfAfterFails.WARN),
                new DeployConfig.BigBangConfig(Optional.empty()),
                new BlueGreenConfig(Duration.ZERO, DeployConfig.PreviewRule.AUTO),
                new CanaryConfig(List.of(new CanaryConfig.Step(10, Duration.ZERO)), Optional.empty(), false));
        return Preflight.check(manifests, workload, live, deploy, strategy);
    }

    private static Manifests manifests(String yaml) {
        return new Manifests(ManifestReader.parse(yaml, "all.yaml"));
    }
}
