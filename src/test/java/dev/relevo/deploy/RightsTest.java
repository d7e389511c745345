package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.access.LeastRole;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.ConfigLoader;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.FlagValue;
import dev.relevo.config.RelevoConfig;
import dev.relevo.deploy.execute.DiagnosisFinder;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.manifest.ManifestYaml;
import dev.relevo.manifest.Manifests;
import dev.relevo.manifest.ProjectManifests;
import dev.relevo.pipeline.ConfigMapStep;
import dev.relevo.pipeline.DeployStep;
import dev.relevo.pipeline.StepContext;
import dev.relevo.pipeline.StepResult;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.RelevoException;
import dev.relevo.verify.ClusterReach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that a delivery does in the cluster is in the role that {@code relevo rbac} prints, and nothing else is. */
class RightsTest {
    @TempDir
    Path project;

    private final SimulatedCluster cluster = new SimulatedCluster();
    private double counted;

    /** A walk through all 16 ordered pairs of strategies (an Eulerian cycle), with failures and rollbacks on the way. */
    @Test
    void everyStepOfEveryStrategyIsAllowedAndNothingElseIs() throws IOException {
        GuardedCluster guarded = guarded();
        StrategyName[] s = {StrategyName.ROLLING, StrategyName.BLUE_GREEN, StrategyName.CANARY, StrategyName.BIG_BANG};
        int[] cycle = {0, 0, 1, 1, 2, 2, 3, 3, 0, 2, 0, 3, 1, 3, 2, 1, 0};
        int version = 0;
        for (int step : cycle) {
            deliver(guarded, s[step], ++version, version % 3 != 0);
        }
        for (StrategyName strategy : s) {
            String image = image(++version);
            cluster.controllers().breakImage(image);
            int broken = version;
            assertThatThrownBy(() -> deliver(guarded, strategy, broken, true))
                    .as(strategy.written())
                    .isInstanceOf(RelevoException.class);
            rollback(guarded, strategy, OptionalInt.empty());
        }
        assertThat(service(guarded).status(Shop.APP)).isPresent();
        assertThat(service(guarded).history(Shop.APP)).isNotEmpty();

        assertThat(guarded.unused()).as("rights that nothing needed").containsExactlyInAnyOrderElementsOf(rare());
    }

    /** What only situations need that the simulated cluster does not know, or that this walk leaves out. */
    private static Set<String> rare() {
        return Set.of(
                // A container that failed: its last lines are the cause that is told.
                "get /pods/log/*",
                // Back to a release from before the app had its Service.
                "delete /services/shop");
    }

    @Test
    void withoutChecksConfigurationAndPruningTheRoleIsSmaller() throws IOException {
        write("relevo.yaml", """
                app: shop
                image: {repository: registry.example/shop}
                deploy: {manifests: k8s, prune: false, canary: {route: edge}}
                environments: {dev: {namespace: dev}}
                """);
        manifests(true);

        LeastRole role = role(config(StrategyName.ROLLING));

        assertThat(role.objects()).singleElement().satisfies(only -> {
            assertThat(only.kind().name()).isEqualTo("Role");
            assertThat(only.at("/rules").toString())
                    .doesNotContain("pods/proxy", "shop-candidate:80", "jobs")
                    .contains("\"resourceNames\":[\"edge\"],\"verbs\":[\"get\",\"update\"]")
                    .contains(
                            "\"poddisruptionbudgets\"],\"resourceNames\":[\"shop\"],\"verbs\":[\"get\",\"create\",\"patch\"]");
        });
    }

    @Test
    void aBaselineHasItsRightsWhereItIsWanted() throws IOException {
        write("relevo.yaml", """
                app: shop
                image: {repository: registry.example/shop}
                deploy: {manifests: k8s, canary: {baseline: true}}
                environments: {dev: {namespace: dev}}
                """);
        manifests(true);

        JsonNode rules = role(config(StrategyName.CANARY)).objects().get(0).at("/rules");

        for (String resource : List.of("deployments", "services")) {
            assertThat(rules)
                    .filteredOn(rule -> rule.path("resources").path(0).asText().equals(resource))
                    .extracting(rule -> rule.path("resourceNames").toString())
                    .anyMatch(names -> names.contains("\"shop-baseline\""));
        }
    }

    @Test
    void aWatchdogHasAnAccountThatMayDoWhatTheDeployMay() throws IOException {
        write("relevo.yaml", """
                app: shop
                image: {repository: registry.example/shop}
                deploy: {manifests: k8s, watchdog: {image: registry.example/relevo:1}}
                environments: {dev: {namespace: dev}}
                """);
        manifests(false);

        LeastRole role = role(config(StrategyName.ROLLING));

        assertThat(role.objects())
                .extracting(object -> object.ref().toString())
                .containsExactly(
                        "Role/relevo-shop in dev",
                        "ServiceAccount/relevo-shop-watchdog in dev",
                        "RoleBinding/relevo-shop-watchdog in dev");
        assertThat(role.objects().get(0).at("/rules").toString())
                .contains("{\"apiGroups\":[\"batch\"],\"resources\":[\"jobs\"],\"verbs\":[\"create\",\"delete\"]}");
        assertThat(role.objects().get(2).at("/roleRef/name").asText()).isEqualTo("relevo-shop");
        assertThat(role.objects().get(2).at("/subjects/0/name").asText()).isEqualTo("relevo-shop-watchdog");
    }

    @Test
    void kindsThatNobodyKnowsAndKindsThatHandOutRightsAreNoted() throws IOException {
        write("relevo.yaml", """
                app: shop
                image: {repository: registry.example/shop}
                deploy: {manifests: k8s}
                environments: {dev: {namespace: dev}}
                """);
        manifests(false);
        write("k8s/more.yaml", """
                apiVersion: example.org/v1
                kind: Policy
                metadata: {name: shop}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: shop-reads}
                rules: []
                """);

        LeastRole role = role(config(StrategyName.ROLLING));

        assertThat(role.notes())
                .satisfiesExactlyInAnyOrder(
                        note -> assertThat(note).contains("Policy.example.org", "[policies]"),
                        note -> assertThat(note).contains("ClusterRole/shop-reads", "hands out rights"));
        assertThat(role.objects())
                .extracting(object -> object.ref().toString())
                .containsExactly("Role/relevo-shop in dev", "ClusterRole/relevo-shop-dev");
    }

    private GuardedCluster guarded() throws IOException {
        write("relevo.yaml", """
                app: shop
                image: {repository: registry.example/shop}
                configmap: {values: {GREETING: hello}}
                deploy:
                  manifests: k8s
                  timeout: 30s
                  history: 3
                  canary: {steps: [{weight: 10, duration: 2s}, {weight: 50, duration: 2s}]}
                  bigBang:
                    before:
                      job:
                        apiVersion: batch/v1
                        kind: Job
                        metadata: {name: migrate}
                        spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}
                verify:
                  http: [{path: /, within: 2s}]
                  metrics: {requests: answers, minRequests: 1}
                environments: {dev: {namespace: dev, createNamespace: true}}
                """);
        manifests(true);
        cluster.onEveryStep(this::completeJobs);
        LeastRole role = role(config(StrategyName.ROLLING));
        return new GuardedCluster(new SimulatedClient(cluster), role.objects(), (target, request) -> answer(target));
    }

    private void completeJobs() {
        for (KubeObject job : cluster.store().list(Kind.JOB, "dev", Map.of())) {
            cluster.store()
                    .update(job.with(tree -> tree.putObject("status")
                            .putArray("conditions")
                            .addObject()
                            .put("type", "Complete")
                            .put("status", "True")));
        }
    }

    private Cluster.ProxyAnswer answer(ObjectRef target) {
        if (target.kind().equals(Kind.POD)) {
            counted += 100;
            return new Cluster.ProxyAnswer(200, "answers{status=\"200\"} " + counted + "\n");
        }
        return new Cluster.ProxyAnswer(200, "ok");
    }

    /** Writes what the app has always, and on request what it has in some releases only. */
    private void manifests(boolean all) throws IOException {
        List<KubeObject> objects = Shop.version("v0", StrategyName.ROLLING, Shop.SCALER, Shop.ROUTE, Shop.EXTRA_CONFIG)
                .manifests();
        Set<Kind> always = Set.of(Kind.DEPLOYMENT, Kind.SERVICE);
        List<KubeObject> chosen = objects.stream()
                .filter(object -> !object.name().equals("shop-config-v0"))
                .filter(object -> all || always.contains(object.kind()))
                .toList();
        write("k8s/all.yaml", ManifestYaml.write(chosen));
    }

    private void deliver(GuardedCluster guarded, StrategyName strategy, int version, boolean all) throws IOException {
        manifests(all);
        RelevoConfig config = config(strategy, new FlagValue("configmap.values.VERSION", "" + version, "test"));
        StepContext context = new StepContext(project, config, EventSink.none());
        StepResults.of(project)
                .write(
                        new StepResults.Run("push", Event.Outcome.DONE, Instant.EPOCH, Duration.ZERO),
                        Optional.of(new StepResult.Push(image(version), List.of(), 0, 0)),
                        Optional.empty());
        new ConfigMapStep().run(context, Optional.of(guarded));
        new DeployStep().run(context, guarded, service(guarded));
    }

    private void rollback(GuardedCluster guarded, StrategyName strategy, OptionalInt to) {
        service(guarded).rollback(Shop.APP, to, DeployOptions.of(config(strategy)));
    }

    private DeployService service(GuardedCluster guarded) {
        return new DeployService(
                guarded,
                EventSink.none(),
                cluster.pace(),
                new ClusterReach(guarded),
                new DiagnosisFinder(guarded),
                "test");
    }

    private static String image(int version) {
        return "registry.example/shop@sha256:" + String.format("%064d", version);
    }

    private RelevoConfig config(StrategyName strategy, FlagValue... more) {
        List<FlagValue> flags = new ArrayList<>(List.of(more));
        flags.add(new FlagValue("deploy.strategy", strategy.written(), "test"));
        return new ConfigLoader()
                .load(project, Optional.of("dev"), Map.of(), flags)
                .config();
    }

    private LeastRole role(RelevoConfig config) {
        Manifests manifests = ProjectManifests.of(project, config);
        return LeastRole.of(
                config,
                manifests.objects(),
                ProjectManifests.workload(manifests, config).ref());
    }

    private void write(String name, String content) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
