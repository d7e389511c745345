package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.e2e.CommandLine.Ended;
import dev.relevo.pipeline.StepResult;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees of a manifest that the API server can never accept. */
@Timeout(120)
class InvalidManifestIT {
    @TempDir
    Path folder;

    private Path project;
    private Shop shop;

    @BeforeEach
    void deployAVersionThatWorks() throws Exception {
        project = Files.createDirectories(folder.resolve("a project"));
        shop = new Shop(Site.local(folder), folder, "invalid");
        StepResults.of(project)
                .write(
                        new StepResults.Run("push", Event.Outcome.DONE, Instant.now(), Duration.ZERO),
                        Optional.of(new StepResult.Push(shop.image(), List.of(), 0, 0)),
                        Optional.empty());
        Files.writeString(project.resolve("relevo.yaml"), """
                app: shop
                image: {repository: "%s"}
                deploy: {manifests: k8s, strategy: big-bang}
                environments:
                  here: {kubeconfig: "%s", namespace: invalid, createNamespace: true}
                """.formatted(
                        shop.image().substring(0, shop.image().indexOf('@')), shop.kubeconfig()));
        manifest("imagePullPolicy: Always", "\"1\"");
        Ended first = relevo("deploy");
        assertThat(first.status()).as(first.err()).isZero();
    }

    @AfterEach
    void stop() {
        shop.close();
    }

    @Test
    void aMisspeltFieldIsNamedWithItsFileAndTheOldVersionStaysEvenWithBigBang() throws Exception {
        manifest("imagePullPolice: Always", "\"2\"");

        for (String command : List.of("plan", "deploy")) {
            Ended ended = relevo(command);

            assertThat(ended.status()).isEqualTo(2);
            assertThat(ended.err())
                    .contains("error RLV-613: k8s/app.yaml:1: Deployment/shop has no field"
                            + " [spec.template.spec.containers[name=\"app\"].imagePullPolice]")
                    .contains("Nothing was changed", "kubectl explain");
        }
        assertThat(shop.names(Kind.DEPLOYMENT)).containsExactly("shop");
        assertThat(shop.status().steady()).isTrue();
    }

    @Test
    void aNumberWhereTextBelongsAndAValueThatIsNotAllowedAreToldAsWell() throws Exception {
        manifest("imagePullPolicy: Always", "1");
        assertThat(relevo("deploy").err())
                .contains("error RLV-613: k8s/app.yaml:1: Deployment/shop is not valid:"
                        + " spec.template.spec.containers[name=\"app\"].env[name=\"A\"].value: expected string, got 1");

        manifest("imagePullPolicy: Alway", "\"1\"");
        assertThat(relevo("deploy").err())
                .contains("error RLV-613: k8s/app.yaml:1: Cannot apply Deployment/shop in invalid:")
                .contains("imagePullPolicy: Unsupported value: \"Alway\"");
    }

    private void manifest(String pullPolicy, String value) throws IOException {
        Files.createDirectories(project.resolve("k8s"));
        Files.writeString(project.resolve("k8s/app.yaml"), """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: shop}}
                  template:
                    metadata: {labels: {app: shop}}
                    spec:
                      containers:
                        - name: app
                          image: registry.example/shop
                          %s
                          env: [{name: A, value: %s}]
                          ports: [{name: http, containerPort: 8080}]
                          readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 1}
                          lifecycle: {preStop: {exec: {command: [sleep, "1"]}}}
                """.formatted(pullPolicy, value));
    }

    private Ended relevo(String command) {
        return new CommandLine(project).relevo(command, "-e", "here");
    }
}
