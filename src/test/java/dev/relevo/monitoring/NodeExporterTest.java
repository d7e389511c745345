package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real node exporter with the arguments of its DaemonSet; its node is this machine. */
class NodeExporterTest {
    @Test
    void it_tells_what_dashboards_and_alerts_ask_of_nodes(@TempDir Path folder) throws Exception {
        Program exporter = Program.needed("prometheus-node-exporter", "node_exporter");
        JsonNode pod = Stack.pod(Kustomization.BASE.stack().object("DaemonSet", "node-exporter"));
        String[] arguments = Stack.stream(pod.at("/containers/0/args"))
                .map(argument -> argument.asText()
                        .replace("=/host/", "=/")
                        .replace("=/host", "=/")
                        .replace("address=:9100", "address=127.0.0.1:0"))
                .toArray(String[]::new);

        try (Program.Running running = exporter.launch(folder, arguments)) {
            String metrics = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + running.port() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();

            assertThat(metrics)
                    .contains(
                            "\nnode_cpu_seconds_total{",
                            "\nnode_memory_MemAvailable_bytes ",
                            "\nnode_memory_MemTotal_bytes ",
                            "\nnode_filesystem_avail_bytes{",
                            "\nnode_load5 ")
                    .doesNotContain("\nnode_network_receive_bytes_total{");
        }
    }
}
