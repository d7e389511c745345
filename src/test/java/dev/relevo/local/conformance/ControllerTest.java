package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What needs controllers, and no node: nobody schedules the pods here. */
class ControllerTest extends ConformanceSuite {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    TestCluster open() throws IOException {
        return TestCluster.openWithControllers();
    }

    @BeforeAll
    void awaitServiceAccount() {
        await(() ->
                cluster.get(cluster.path("v1", "serviceaccounts") + "/default").code() == 200);
    }

    private static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("not within " + PATIENCE).isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    private String kubectl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kubectl", "--request-timeout=20s", "-n", cluster.namespace()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private String revision(String deployment) {
        return cluster.get(deployments() + "/" + deployment)
                .text("/metadata/annotations/deployment.kubernetes.io~1revision");
    }

    @Test
    void aRolloutCanBeUndone() throws Exception {
        assumeTrue(
                List.of(System.getenv("PATH").split(":")).stream()
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl"))),
                "kubectl is not on the PATH");
        String path = deployments() + "/undone";
        cluster.post(deployments(), deployment("undone")).ok();
        await(() -> revision("undone").equals("1"));
        cluster.patch(
                        "strategic-merge",
                        path,
                        "{spec: {template: {spec: {containers: [{name: web, image: 'example.com/web:2'}]}}}}")
                .ok();
        await(() -> revision("undone").equals("2"));
        assertThat(kubectl("rollout", "history", "deployment/undone"))
                .contains("1 ")
                .contains("2 ");

        assertThat(kubectl("rollout", "undo", "deployment/undone")).contains("deployment.apps/undone rolled back");

        await(() -> revision("undone").equals("3"));
        assertThat(cluster.get(path).text("/spec/template/spec/containers/0/image"))
                .isEqualTo("example.com/web:1");
        assertThat(kubectl("rollout", "undo", "deployment/undone", "--to-revision=2"))
                .contains("rolled back");
        await(() -> revision("undone").equals("4"));
        assertThat(cluster.get(path).text("/spec/template/spec/containers/0/image"))
                .isEqualTo("example.com/web:2");
    }

    private void createReadyPod(String name) {
        String pods = cluster.path("v1", "pods");
        cluster.post(
                        pods,
                        "{metadata: {name: " + name + ", labels: {app: guarded}},"
                                + " spec: {schedulerName: nobody, containers: [{name: c, image: 'i:1'}]}}")
                .ok();
        cluster.patch(
                        "merge",
                        pods + "/" + name + "/status",
                        "{status: {phase: Running, conditions: [{type: Ready, status: 'True'}]}}")
                .ok();
    }

    private Answer evict(String name) {
        return cluster.post(
                cluster.path("v1", "pods") + "/" + name + "/eviction",
                "{apiVersion: policy/v1, kind: Eviction, metadata: {name: " + name + "}}");
    }

    private void awaitAllowed(int disruptions) {
        String budget = cluster.path("policy/v1", "poddisruptionbudgets") + "/guard";
        await(() -> {
            Answer answer = cluster.get(budget);
            return answer.at("/status/observedGeneration").asInt() == 1
                    && answer.at("/status/disruptionsAllowed").asInt() == disruptions
                    && answer.at("/status/disruptedPods").isEmpty();
        });
    }

    @Test
    void anEvictionThatWouldViolateABudgetIsRefused() {
        createReadyPod("guarded-1");
        cluster.post(
                        cluster.path("policy/v1", "poddisruptionbudgets"),
                        "{metadata: {name: guard}, spec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}}")
                .ok();
        awaitAllowed(0);
        Answer refused = evict("guarded-1").refused(429, "TooManyRequests");
        assertThat(refused.message()).isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
        assertThat(refused.text("/details/causes/0/reason")).isEqualTo("DisruptionBudget");
        assertThat(refused.text("/details/causes/0/message"))
                .isEqualTo("The disruption budget guard needs 1 healthy pods and has 1 currently");

        createReadyPod("guarded-2");
        createReadyPod("guarded-3");
        awaitAllowed(2);
        evict("guarded-1").ok();
        evict("guarded-2").ok();
        evict("guarded-3").refused(429, "TooManyRequests");
        cluster.get(cluster.path("v1", "pods") + "/guarded-1").refused(404, "NotFound");
    }

    @Test
    void everyNamespaceHasAServiceAccount() {
        assertThat(cluster.get(cluster.path("v1", "serviceaccounts") + "/default")
                        .code())
                .isEqualTo(200);
    }
}
