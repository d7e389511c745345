package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.platform.running.LoopbackPort;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Loki with its file, where {@code RELEVO_LOKI} names one. What is replaced: folders, and ports and addresses of this machine. */
class LokiTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @Test
    void it_finds_a_services_lines_by_every_query_of_the_dashboards_and_by_their_trace(@TempDir Path folder)
            throws Exception {
        Program loki = Program.given("RELEVO_LOKI");
        Stack base = Kustomization.BASE.stack();
        String address = "http://127.0.0.1:" + LoopbackPort.free();
        Path file = Files.writeString(
                folder.resolve("loki.yaml"),
                base.file("loki", "loki.yaml")
                        .replace("/loki", folder + "/loki")
                        .replace(
                                "http_listen_port: 3100",
                                "http_listen_port: " + URI.create(address).getPort()
                                        + "\n  http_listen_address: 127.0.0.1\n  grpc_listen_address: 127.0.0.1")
                        .replace("grpc_listen_port: 9095", "grpc_listen_port: " + LoopbackPort.free())
                        .replace("common:", "common:\n  instance_addr: 127.0.0.1"));
        try (Program.Running running = loki.launch(folder, "-config.file=" + file)) {
            running.await("ready", () -> get(address + "/ready").startsWith("ready"));
            assertThat(send(address + "/otlp/v1/logs", line("prod", "clients"))).isEqualTo(204);
            assertThat(send(address + "/otlp/v1/logs", line("devops-tools", "jenkins")))
                    .isEqualTo(204);
            Map<String, String> queries = queries(base);
            queries.put("of the documentation", "{k8s_namespace_name=\"prod\"} | trace_id=\"" + TRACE + "\"");

            queries.forEach((where, query) -> running.await(
                    "found by " + query,
                    () -> get(address + "/loki/api/v1/query_range?query="
                                    + URLEncoder.encode(query, StandardCharsets.UTF_8))
                            .contains("does not reach its database")));

            assertThat(json(get(address + "/loki/api/v1/labels")).path("data"))
                    .extracting(JsonNode::asText)
                    .containsExactlyInAnyOrder("k8s_namespace_name", "service_name");
        }
    }

    /** With a value in the place of each variable. */
    private static Map<String, String> queries(Stack stack) {
        Map<String, String> found = new TreeMap<>();
        stack.dashboards()
                .forEach((file, dashboard) -> dashboard
                        .path("panels")
                        .forEach(panel -> panel.path("targets").forEach(target -> {
                            if (target.at("/datasource/type").asText().equals("loki")) {
                                found.put(
                                        file + " " + panel.path("title").asText(),
                                        target.path("expr")
                                                .asText()
                                                .replace("$namespace", "prod")
                                                .replace("$app", "clients"));
                            }
                        })));
        assertThat(found).isNotEmpty();
        return found;
    }

    /** An error as the log collector sends it. */
    private static String line(String namespace, String container) {
        String now = Instant.now().getEpochSecond() + "000000000";
        return """
                {"resourceLogs": [{
                  "resource": {"attributes": [
                    {"key": "service.name", "value": {"stringValue": "%s"}},
                    {"key": "k8s.namespace.name", "value": {"stringValue": "%s"}},
                    {"key": "k8s.pod.name", "value": {"stringValue": "pod-1"}}]},
                  "scopeLogs": [{"logRecords": [{
                    "timeUnixNano": "%s", "severityText": "ERROR", "traceId": "%s", "spanId": "00f067aa0ba902b7",
                    "body": {"stringValue": "The service does not reach its database"},
                    "attributes": [{"key": "level", "value": {"stringValue": "ERROR"}}]}]}]}]}
                """.formatted(container, namespace, now, TRACE);
    }

    private static int send(String url, String json) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return answer.statusCode();
    }

    private static String get(String url) {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}
