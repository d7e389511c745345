package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.ConfigLoader;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.FlagValue;
import dev.relevo.config.RelevoConfig;
import dev.relevo.manifest.ManifestYaml;
import dev.relevo.pipeline.DeployStep;
import dev.relevo.pipeline.StepContext;
import dev.relevo.pipeline.StepResult;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A strict deploy takes no warning. */
class StrictTest {
    private static final String IMAGE = "registry.example/shop@sha256:" + "0".repeat(64);

    @TempDir
    Path project;

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final List<Event> events = new ArrayList<>();

    @Test
    void whatCouldLoseRequestsIsAnErrorBeforeAnythingIsTouchedAndAllOfItIsSaid() throws IOException {
        manifests("rollingUpdate: {maxUnavailable: 3}", "ignored");

        Problem problem = refused("true");

        assertThat(problem.code().id()).isEqualTo("RLV-521");
        assertThat(problem.code().exit().number()).isEqualTo(10);
        assertThat(problem.summary())
                .endsWith("has no preStop hook: requests that are on their way when it stops are refused");
        assertThat(problem.details())
                .containsExactly(
                        "maxUnavailable lets all 3 pods of Deployment/shop go before new ones are ready",
                        "  what to do: Set spec.strategy.rollingUpdate.maxUnavailable to 0 and maxSurge to 1.");
        assertThat(problem.remedy().orElseThrow()).endsWith("Or deploy without --strict (deploy.strict)");
        assertThat(cluster.store().all()).isEmpty();
    }

    @Test
    void otherwiseItIsWarnedOfAndDeployed() throws IOException {
        manifests("rollingUpdate: {maxUnavailable: 3}", "ignored");

        deploy("false");

        assertThat(events.stream().filter(Event.Warning.class::isInstance)).hasSize(2);
        assertThat(cluster.sightings().images("shop")).containsExactly(IMAGE);
    }

    @Test
    void anAppThatIsPreparedIsDeployed() throws IOException {
        manifests("rollingUpdate: {maxUnavailable: 0}", "lifecycle");

        deploy("true");

        assertThat(cluster.sightings().images("shop")).containsExactly(IMAGE);
    }

    /** Gives the app's Deployment this strategy, and its container a preStop hook under this key. */
    private void manifests(String strategy, String hook) throws IOException {
        List<KubeObject> objects = new ArrayList<>();
        for (KubeObject object : Shop.version("v0", StrategyName.ROLLING).manifests()) {
            if (object.kind().equals(Kind.DEPLOYMENT)) {
                objects.add(Shop.object("""
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: shop, namespace: dev}
                        spec:
                          replicas: 3
                          strategy: {%s}
                          selector: {matchLabels: {app: shop}}
                          template:
                            metadata: {labels: {app: shop}}
                            spec:
                              containers:
                                - name: app
                                  image: registry.example/shop:v0
                                  readinessProbe: {httpGet: {path: /, port: 8080}}
                                  %s: {preStop: {sleep: {seconds: 5}}}
                        """.formatted(strategy, hook)));
            } else if (object.kind().equals(Kind.SERVICE)) {
                objects.add(object);
            }
        }
        Files.createDirectories(project.resolve("k8s"));
        Files.writeString(project.resolve("k8s/all.yaml"), ManifestYaml.write(objects));
        Files.writeString(project.resolve("relevo.yaml"), """
                app: shop
                image: {repository: registry.example/shop}
                deploy: {manifests: k8s}
                environments: {dev: {namespace: dev}}
                """);
        StepResults.of(project)
                .write(
                        new StepResults.Run("push", Event.Outcome.DONE, Instant.EPOCH, Duration.ZERO),
                        Optional.of(new StepResult.Push(IMAGE, List.of(), 0, 0)),
                        Optional.empty());
    }

    private Problem refused(String strict) {
        return catchThrowableOfType(RelevoException.class, () -> deploy(strict)).problem();
    }

    private void deploy(String strict) {
        RelevoConfig config = new ConfigLoader()
                .load(
                        project,
                        Optional.of("dev"),
                        Map.of(),
                        List.of(new FlagValue("deploy.strict", strict, "--strict")))
                .config();
        SimulatedClient client = new SimulatedClient(cluster);
        DeployService service = new DeployService(
                client,
                events::add,
                cluster.pace(),
                cluster.reach(),
                (deployment, replicaSets, pods) -> Optional.empty(),
                "test");
        StepResult.Deploy unused = new DeployStep().run(new StepContext(project, config, events::add), client, service);
    }
}
