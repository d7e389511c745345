package dev.relevo.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerEnvironmentTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Test
    void theVariablesOfAServiceNameWhereItAnswers(@TempDir Path directory) throws Exception {
        try (ObjectStore store = KubernetesStore.open(directory)) {
            store.create(ResourceTypes.SERVICE, "default", yaml("""
                    metadata:
                      name: my-db
                      annotations: {local.relevo.dev/addresses: '{"80": "127.96.9.9:40123"}'}
                    spec:
                      clusterIP: 127.96.9.9
                      ports: [{name: http, port: 80}, {name: admin, port: 9000}]
                    """));
            ObjectNode pod = yaml("{metadata: {name: p, namespace: default}, spec: {}}");

            Map<String, String> variables = new ContainerEnvironment(store, pod, "127.64.0.1").serviceVariables();

            assertThat(variables)
                    .containsEntry("MY_DB_SERVICE_HOST", "127.96.9.9")
                    .containsEntry("MY_DB_SERVICE_PORT", "40123")
                    .containsEntry("MY_DB_SERVICE_PORT_HTTP", "40123")
                    .containsEntry("MY_DB_PORT", "tcp://127.96.9.9:40123")
                    .containsEntry("MY_DB_PORT_80_TCP", "tcp://127.96.9.9:40123")
                    .containsEntry("MY_DB_SERVICE_PORT_ADMIN", "9000")
                    .containsEntry("MY_DB_PORT_9000_TCP", "tcp://127.96.9.9:9000");
        }
    }

    private static ObjectNode yaml(String text) throws Exception {
        return (ObjectNode) YAML.readTree(text);
    }
}
