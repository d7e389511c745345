package dev.relevo.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Built with {@code mvn -Dagent}. */
@DisplayName("The service with OpenTelemetry's agent")
class AgentTest {
    private static final String IN_IMAGE = "-javaagent:libs/";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @Test
    void sends_traces_whose_ids_its_answers_logs_and_metrics_name_until_the_last_request_is_answered(
            @TempDir Path folder) throws Exception {
        List<String> options = options();
        assumeTrue(!options.isEmpty(), "Built without -Dagent, so what comes of the agent is not checked");
        Queue<String> sent = new ConcurrentLinkedQueue<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            // Protocol buffers hold the ids as bytes, and texts as they are.
            sent.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        Map<String, String> environment = Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.getAddress().getPort(),
                "OTEL_BSP_SCHEDULE_DELAY",
                "100",
                "SHUTDOWN_DRAIN",
                "5s");
        try (ServiceProcess service = ServiceProcess.launch(Database.empty(), folder, environment, options)) {
            service.awaitReady();
            Answer own = service.caller().get("/getall");
            Answer given = service.caller().get("/getall", "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");

            assertThat(given.header("X-Trace-Id")).isEqualTo(TRACE);
            for (Answer answer : List.of(own, given)) {
                String id = answer.header("X-Trace-Id");
                ServiceProcess.await("in the log", () -> service.output().contains("\"traceId\":\"" + id + "\""));
                ServiceProcess.await("sent", () -> sent.stream().anyMatch(spans -> spans.contains(bytes(id))));
            }
            assertThat(String.join("", sent)).contains("GET /getall", "SELECT");
            assertThat(service.caller()
                            .get("/prometheus", "Accept", "application/openmetrics-text;version=1.0.0")
                            .body())
                    .containsAnyOf("trace_id=\"" + own.header("X-Trace-Id"), "trace_id=\"" + TRACE);

            service.terminate();

            ServiceProcess.await("unready", () -> service.readiness() == 503);
            String last = service.caller().get("/getall").header("X-Trace-Id");
            assertThat(service.endsWithin(Duration.ofSeconds(30))).isTrue();
            assertThat(sent).as("of the drain time").anyMatch(spans -> spans.contains(bytes(last)));
            assertThat(service.lines())
                    .allSatisfy(line -> assertThat(Answer.json(line).has("trace_id"))
                            .as(line)
                            .isFalse());
        } finally {
            collector.stop(0);
        }
    }

    /** As the image starts the JVM; there the jars are in one folder. */
    private static List<String> options() throws IOException {
        List<String> options = new ArrayList<>();
        try (InputStream file = Application.class.getResourceAsStream("/jvm.options")) {
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    options.addAll(List.of(line.split(" ")));
                }
            }
        }
        options.replaceAll(option -> option.startsWith(IN_IMAGE) ? "-javaagent:" + jar(option) : option);
        return options;
    }

    private static String jar(String option) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(option.substring(IN_IMAGE.length())))
                .findFirst()
                .orElseThrow();
    }

    private static String bytes(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }
}
