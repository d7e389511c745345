package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.platform.running.LoopbackPort;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stack for a node with 1 GB of memory and one processor. */
class SmallStackTest {
    private static final Map<String, BigDecimal> SUFFIXES = Map.of(
            "m", new BigDecimal("0.001"), "Mi", new BigDecimal(1024 * 1024), "Gi", new BigDecimal(1024L * 1024 * 1024));
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Stack stack = Kustomization.SMALL.stack();

    @Test
    void its_limits_add_up_to_less_than_the_node_has() {
        assertThat(sumOfLimits("memory")).isLessThan(new BigDecimal(1_000_000_000));
        assertThat(sumOfLimits("cpu")).isLessThan(BigDecimal.ONE);
    }

    /** Containers run together; an init container runs before them, and is smaller. */
    private BigDecimal sumOfLimits(String resource) {
        BigDecimal sum = BigDecimal.ZERO;
        for (var workload : stack.workloads()) {
            BigDecimal pod = BigDecimal.ZERO;
            for (JsonNode container : Stack.pod(workload).path("containers")) {
                pod = pod.add(limit(container, resource));
            }
            for (JsonNode container : Stack.pod(workload).path("initContainers")) {
                assertThat(limit(container, resource)).isLessThanOrEqualTo(pod);
            }
            sum = sum.add(pod);
        }
        return sum;
    }

    private static BigDecimal limit(JsonNode container, String resource) {
        String text = container.at("/resources/limits").path(resource).asText();
        for (var suffix : SUFFIXES.entrySet()) {
            if (text.endsWith(suffix.getKey())) {
                return new BigDecimal(text.substring(
                                0, text.length() - suffix.getKey().length()))
                        .multiply(suffix.getValue());
            }
        }
        return new BigDecimal(text);
    }

    @Test
    void influxdb_runs_with_its_file_and_answers_every_query_of_the_dashboard(@TempDir Path folder) throws Exception {
        Program influxd = Program.needed("influxd");
        String address = "127.0.0.1:" + LoopbackPort.free();
        Path config = Files.writeString(
                folder.resolve("influxdb.conf"),
                stack.file("influxdb", "influxdb.conf")
                        .replace("/var/lib/influxdb", folder + "/influxdb")
                        .replace("127.0.0.1:8088", "127.0.0.1:" + LoopbackPort.free())
                        .replace("\":8086\"", "\"" + address + "\""));
        try (Program.Running running = influxd.launch(folder, "-config", config.toString())) {
            running.await("answering", () -> answers(address));
            assertThat(query(address, statement())).doesNotContain("error");
            assertThat(query(address, "SHOW RETENTION POLICIES ON relevo")).contains("336h0m0s");
            write(address);

            JsonNode dashboard =
                    Optional.ofNullable(stack.dashboards().get("small.json")).orElseThrow();
            for (JsonNode panel : dashboard.path("panels")) {
                String text = panel.at("/targets/0/query")
                        .asText()
                        .replace("$timeFilter", "time > now() - 1h")
                        .replace("$__interval", "10s");
                JsonNode result =
                        new ObjectMapper().readTree(query(address, text)).at("/results/0");
                assertThat(result.has("error")).as(text + " " + result).isFalse();
                assertThat(result.path("series"))
                        .as(panel.path("title").asText() + ": " + text)
                        .isNotEmpty();
            }
        }
    }

    /** What Telegraf's init container says to InfluxDB. */
    private String statement() {
        JsonNode arguments = Stack.pod(stack.object("Deployment", "telegraf")).at("/initContainers/0/args");
        return arguments.get(arguments.size() - 1).asText();
    }

    /** Lines as Telegraf writes them, with metric_version 2. */
    private static void write(String address) throws Exception {
        long now = System.currentTimeMillis() / 1000;
        StringBuilder lines = new StringBuilder();
        for (int i = 6; i >= 0; i--) {
            String tags = ",app.kubernetes.io/name=clients,pod_name=clients-1,uri=/clients,method=GET,status=";
            long at = now - 10L * i;
            for (String status : new String[] {"200", "500"}) {
                lines.append("prometheus")
                        .append(tags)
                        .append(status)
                        .append(" http_server_requests_seconds_count=")
                        .append(100 - i)
                        .append(",http_server_requests_seconds_sum=")
                        .append(10 - i)
                        .append(' ')
                        .append(at)
                        .append('\n');
            }
            lines.append("prometheus,area=heap,id=Eden,pod_name=clients-1 jvm_memory_used_bytes=1000 ")
                    .append(at)
                    .append('\n');
            lines.append("prometheus,pool=a,pod_name=clients-1 hikaricp_connections_pending=0 ")
                    .append(at)
                    .append('\n');
            lines.append("mem used_percent=40 ").append(at).append('\n');
            lines.append("cpu,cpu=cpu-total usage_idle=70 ").append(at).append('\n');
            lines.append("system load5=0.5 ").append(at).append('\n');
        }
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://" + address + "/write?db=relevo&precision=s"))
                        .POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    private static String query(String address, String text) throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://" + address + "/query?db=relevo"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "q=" + URLEncoder.encode(text, StandardCharsets.UTF_8)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static boolean answers(String address) {
        try {
            return HTTP.send(
                                    HttpRequest.newBuilder(URI.create("http://" + address + "/ping"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 204;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
