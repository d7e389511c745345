package dev.relevo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cli.command.CommandRun;
import dev.relevo.cli.console.CalledAs;
import dev.relevo.cli.console.Streams;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.KubernetesCluster;
import dev.relevo.local.environment.EnvironmentOptions;
import dev.relevo.local.environment.LocalEnvironment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What doctor and status say to an identity with few rights, asked of a cluster that enforces them. */
class DoctorRightsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private LocalEnvironment environment;
    private KubernetesCluster admin;

    @BeforeEach
    void startAClusterWithAnAccountForCi() throws Exception {
        environment = LocalEnvironment.start(folder.resolve("local"), EnvironmentOptions.fresh());
        admin = KubernetesCluster.connect(Optional.of(environment.kubeconfig()), Optional.empty());
        create(
                "{\"apiVersion\": \"v1\", \"kind\": \"ServiceAccount\", \"metadata\": {\"name\": \"ci\", \"namespace\": \"default\"}}");
        Files.writeString(
                folder.resolve("kubeconfig"),
                Files.readString(environment.kubeconfig()).replaceAll("(token: ).*", "$1" + token()));
        Files.writeString(folder.resolve("relevo.yaml"), """
                app: shop
                image: {repository: "%s/shop"}
                configmap: {values: {a: b}}
                service: {}
                environments: {dev: {kubeconfig: kubeconfig, namespace: default}}
                """.formatted(environment.registry()));
    }

    @AfterEach
    void stop() {
        admin.close();
        environment.close();
    }

    @Test
    void missingRightsAreNamedAndThePrintedRoleIsEnough() throws Exception {
        String before = doctor();
        assertThat(before).containsPattern("rights +problem +may not .*create leases\\.coordination\\.k8s\\.io, ");
        assertThat(before).contains("rights: what to do: Let an administrator apply what `relevo rbac -e dev` prints");
        JsonNode refused = JSON.readTree(relevo("status", "--json"));
        assertThat(refused.path("code").asText()).isEqualTo("RLV-606");
        assertThat(refused.path("remedy").asText())
                .endsWith("`relevo rbac -e dev` prints the least Role that delivers into this environment.");

        for (JsonNode role : JSON.readTree(relevo("rbac", "--json"))) {
            create(role.toString());
            create("""
                    {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                     "metadata": {"name": "ci", "namespace": "default"},
                     "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "%s", "name": "%s"},
                     "subjects": [{"kind": "ServiceAccount", "name": "ci", "namespace": "default"}]}
                    """.formatted(
                            role.at("/kind").asText(), role.at("/metadata/name").asText()));
        }

        assertThat(doctor()).containsPattern("rights +ok +may do all that a delivery does in default");
    }

    @Test
    void rightsAreNotCheckedWhereTheManifestsAreOfNoUse() throws IOException {
        Path file = folder.resolve("relevo.yaml");
        Files.writeString(file, Files.readString(file).replace("service: {}", "deploy: {manifests: nowhere}"));

        assertThat(doctor())
                .containsPattern("manifests +problem +.*nowhere")
                .containsPattern("rights +note +not checked");
    }

    private KubeObject create(String json) throws IOException {
        return admin.create(KubeObject.of((ObjectNode) JSON.readTree(json)));
    }

    private String token() throws Exception {
        Config config = Config.fromKubeconfig(environment.kubeconfig().toFile());
        try (HttpClient http = HttpClientUtils.createHttpClient(config)) {
            HttpResponse<String> answer = http.sendAsync(
                            http.newHttpRequestBuilder()
                                    .uri(environment.apiUrl() + "/api/v1/namespaces/default/serviceaccounts/ci/token")
                                    .post(
                                            "application/json",
                                            "{\"apiVersion\": \"authentication.k8s.io/v1\", \"kind\": \"TokenRequest\"}")
                                    .build(),
                            String.class)
                    .get(20, TimeUnit.SECONDS);
            return JSON.readTree(answer.body()).at("/status/token").asText();
        }
    }

    private String doctor() {
        return relevo("doctor");
    }

    private String relevo(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Streams streams = new Streams(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                System.err,
                Map.of("PATH", System.getenv("PATH"), "RELEVO_ENVIRONMENT", "dev"),
                false,
                80,
                false,
                folder,
                CalledAs.usual());
        int unused = new CommandRun(streams).execute(words);
        return out.toString(StandardCharsets.UTF_8);
    }
}
