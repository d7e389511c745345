package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.config.DeployConfig.PreviewRule;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.Marks;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ingresses are only looked at where a candidate may have one, or may be to get one. */
class ObserverTest {
    private static final String INGRESS = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: shop, namespace: dev}
            """;

    private final SimulatedCluster cluster = new SimulatedCluster();

    @Test
    void blueGreenLooksAtIngressesOnlyToAskItsCandidateByOne() {
        deployed();

        assertThat(looks(StrategyName.BLUE_GREEN, with(false, PreviewRule.AUTO)))
                .isFalse();
        assertThat(looks(StrategyName.BLUE_GREEN, with(true, PreviewRule.AUTO))).isTrue();
        assertThat(looks(StrategyName.BLUE_GREEN, with(true, PreviewRule.OFF))).isFalse();
    }

    @Test
    void aCanaryLooksAtThemUnlessARouteIsNamed() {
        deployed();

        assertThat(looks(StrategyName.CANARY, with(false, PreviewRule.AUTO))).isTrue();
        assertThat(looks(StrategyName.ROLLING, with(true, PreviewRule.AUTO))).isFalse();
        assertThat(looks(StrategyName.BIG_BANG, with(true, PreviewRule.AUTO))).isFalse();
    }

    @Test
    void nobodyLooksAtThemBehindAnHttpRouteThatLeadsToTheApp() {
        deployed(Shop.ROUTE);

        assertThat(looks(StrategyName.BLUE_GREEN, with(true, PreviewRule.REQUIRED), Shop.ROUTE))
                .isFalse();
        assertThat(looks(StrategyName.CANARY, with(true, PreviewRule.AUTO), Shop.ROUTE))
                .isFalse();
        assertThat(looks(StrategyName.CANARY, named("shop"), Shop.ROUTE)).isFalse();
    }

    @Test
    void whoHasOneOfTheirOwnLooksAtThem() {
        deployed();

        assertThat(looks(StrategyName.ROLLING, with(false, PreviewRule.OFF), INGRESS))
                .isTrue();
    }

    @Test
    void whatAnotherDeployMayHaveLeftIsLookedForAlways() {
        assertThat(looks(StrategyName.ROLLING, with(false, PreviewRule.OFF)))
                .as("nothing is recorded")
                .isTrue();
        deployed();
        cluster.store().create(Shop.object("""
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: shop-candidate, namespace: dev, labels: {%s: shop, %s: %s}}
                        spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}}}
                        """.formatted(Marks.APP, Marks.TRACK, Marks.CANDIDATE)));

        assertThat(looks(StrategyName.ROLLING, with(false, PreviewRule.OFF)))
                .as("a candidate is there")
                .isTrue();
    }

    private void deployed(String... extras) {
        DeployOutcome unused = cluster.deployer(new SimulatedClient(cluster))
                .deploy(Shop.version("v1", StrategyName.ROLLING, extras), Shop.options(false));
    }

    private boolean looks(StrategyName strategy, Settings settings, String... extras) {
        NotedReads noted = new NotedReads(new SimulatedClient(cluster));
        var unused = cluster.deployer(noted.cluster())
                .plan(
                        Shop.version("v2", strategy, extras),
                        Shop.options(StrategyName.ROLLING, settings, DeployOptions.LEASE));
        List<String> reads = noted.taken();
        assertThat(reads).contains("list HTTPRoute");
        return reads.contains("list Ingress");
    }

    private static Settings named(String route) {
        return changed(Shop.settings(true), PreviewRule.AUTO, Optional.of(route));
    }

    private static Settings with(boolean checks, PreviewRule preview) {
        return changed(Shop.settings(checks), preview, Optional.empty());
    }

    private static Settings changed(Settings plain, PreviewRule preview, Optional<String> route) {
        return new Settings(
                plain.history(),
                plain.prune(),
                plain.bake(),
                preview,
                plain.steps(),
                route,
                plain.baseline(),
                plain.verify(),
                plain.auto(),
                plain.hooks(),
                plain.settle());
    }
}
