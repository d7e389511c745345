package dev.relevo.local.environment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;

/** Reads from a running environment as any Kubernetes client does. */
final class TestClient {
    private final RunningEnvironment running;

    TestClient(RunningEnvironment running) {
        this.running = running;
    }

    JsonNode get(String path) throws Exception {
        Config config = Config.fromKubeconfig(Files.readString(running.kubeconfig()));
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            return new ObjectMapper().readTree(client.raw(path));
        }
    }
}
