package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.relevo.cluster.Kind;
import dev.relevo.e2e.CommandLine.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees of a manifest that the API server can never accept. */
@Timeout(120)
@Tag("any-cluster")
class InvalidManifestIT {
    @TempDir
    Path folder;

    private Path project;
    private Shop shop;

    @BeforeEach
    void deployAVersionThatWorks() throws Exception {
        project = Files.createDirectories(folder.resolve("a project"));
        shop = new Shop(Site.here(folder), folder, "invalid");
        shop.pushedFor(project);
        Files.writeString(
                project.resolve("relevo.yaml"), """
                app: shop
                image: {repository: "%s"}
                deploy: {manifests: k8s, strategy: big-bang}
                environments:
                  here: {kubeconfig: "%s", namespace: %s}
                """.formatted(shop.repository(), shop.kubeconfig(), shop.namespace()));
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
                .contains("error RLV-613: k8s/app.yaml:1: Cannot apply Deployment/shop in " + shop.namespace() + ":")
                .contains("imagePullPolicy: Unsupported value: \"Alway\"");
    }

    @Test
    void aKindThatNobodyHasInstalledIsToldBeforeTheDeploymentIsTouched() throws Exception {
        manifest("imagePullPolicy: Always", "\"2\"");
        another("{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: shop}}");

        for (String command : List.of("plan", "deploy")) {
            Ended ended = relevo(command);

            assertThat(ended.status()).as(ended.err()).isEqualTo(2);
            assertThat(ended.err())
                    .contains("error RLV-614: k8s/another.yaml:1: The cluster at "
                            + shop.cluster().address()
                            + " does not serve the kind [Certificate] of [cert-manager.io/v1]")
                    .contains("Nothing was changed", "Install what defines it, or take Certificate/shop out");
        }
        assertThat(shop.status().steady()).isTrue();
        assertThat(shop.history()).containsExactly("deployed");
    }

    @Test
    void aRouteNeedsTheGatewayApi() throws Exception {
        assumeFalse(shop.cluster().serves(Kind.HTTP_ROUTE), "the cluster has the Gateway API");
        another("{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: shop}}");

        assertThat(relevo("deploy").err())
                .contains("does not serve the kind [HTTPRoute] of [gateway.networking.k8s.io/v1]");
    }

    private void another(String manifest) throws IOException {
        Files.writeString(project.resolve("k8s/another.yaml"), manifest);
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
                      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
                      containers:
                        - name: app
                          image: registry.example/shop
                          %s
                          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
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
