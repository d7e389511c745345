package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import dev.relevo.platform.running.LoopbackPort;
import dev.relevo.telemetry.OtlpReceiver;
import dev.relevo.telemetry.ShownRun;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real collectors with their files, where {@code RELEVO_OTELCOL} names the program. What is replaced: folders, and ports and addresses
 * of this machine.
 */
class CollectorRunTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Stack BASE = Kustomization.BASE.stack();
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "00f067aa0ba902b7";

    @TempDir
    Path folder;

    @Test
    void what_is_sent_by_otlp_comes_out_where_the_file_says() throws Exception {
        Program program = Program.given("RELEVO_OTELCOL");
        String http = address();
        String grpc = address();
        String scraped = address();
        String health = address();
        String neighbour = address();
        String tempo = address();
        try (OtlpReceiver receiver = new OtlpReceiver();
                Program.Running around = start(program, "around.yaml", around(neighbour, grpc, tempo, receiver.url()));
                Program.Running collector = start(
                        program,
                        "config.yaml",
                        BASE.file("collector", "config.yaml")
                                .replace("0.0.0.0:4318", http)
                                .replace("0.0.0.0:4317", grpc)
                                .replace("0.0.0.0:8889", scraped)
                                .replace("0.0.0.0:13133", health)
                                .replace("http://loki.monitoring.svc:3100", receiver.url())
                                .replace("tempo.monitoring.svc:4317", tempo))) {
            assertThat(get(health).statusCode()).isEqualTo(200);

            ShownRun run = new ShownRun(
                    folder,
                    "{}",
                    Map.of(
                            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://" + http + "/v1/metrics",
                            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://" + neighbour + "/v1/traces"));
            run.succeeds();
            assertThat(run.warnings()).isEmpty();
            assertThat(sendLine(http)).isEqualTo(200);

            collector.await(
                    "sent on",
                    () -> receiver.spans().size() == 4 && receiver.lines().size() == 1);
            assertThat(receiver.span("deploy").parent())
                    .isEqualTo(receiver.span("relevo deploy").id());
            assertThat(receiver.lines().get(0))
                    .returns("The service does not reach its database", OtlpReceiver.Line::text)
                    .returns(TRACE, OtlpReceiver.Line::trace);
            assertThat(get(scraped).body())
                    .as("as the dashboard of deliveries asks for it")
                    .containsPattern("relevo_release_lead_time_seconds\\{app=\"shop\",command=\"deploy\","
                            + "environment=\"prod\",job=\"relevo\",namespace=\"shops\",.*release=\"7\"} 72\\d\\d\\.");
        }
    }

    /** A service that speaks gRPC, and Tempo, which takes it: whatever it gets by HTTP it sends by gRPC, and the other way round. */
    private static String around(String in, String to, String tempo, String receiver) {
        return """
                receivers:
                  otlp/in: {protocols: {http: {endpoint: %s}}}
                  otlp/tempo: {protocols: {grpc: {endpoint: %s}}}
                exporters:
                  otlp: {endpoint: %s, tls: {insecure: true}}
                  otlphttp: {endpoint: "%s"}
                service:
                  telemetry: {metrics: {level: none}}
                  pipelines:
                    traces/in: {receivers: [otlp/in], exporters: [otlp]}
                    traces/tempo: {receivers: [otlp/tempo], exporters: [otlphttp]}
                """.formatted(in, tempo, to, receiver);
    }

    @Test
    void each_line_of_a_pod_is_sent_once_with_its_place_its_severity_and_its_trace() throws Exception {
        Program program = Program.given("RELEVO_OTELCOL");
        Path positions = Files.createDirectory(folder.resolve("positions"));
        Path log = pod("prod_clients-7d9c5-x2x4z", "clients");
        String error = """
                {"level":"ERROR","message":"no database","traceId":"%s","spanId":"%s"}""".formatted(TRACE, SPAN);
        write(log, "F " + error, "F Started", "P {\"level\":\"WARN\",", "F \"message\":\"slow\"}", "F {not JSON");
        write(pod("monitoring-nodes_log-collector-abcde", "log-collector"), "F its own");
        String health = address();
        try (OtlpReceiver loki = new OtlpReceiver()) {
            String config = BASE.file("log-collector", "config.yaml")
                    .replace("/var/log/pods", folder + "/pods")
                    .replace("/var/lib/otelcol", positions.toString())
                    .replace("0.0.0.0:13133", health)
                    .replace("http://loki.monitoring.svc:3100", loki.url());
            try (Program.Running collector = start(program, "config.yaml", config)) {
                assertThat(get(health).statusCode()).isEqualTo(200);
                collector.await("sent on", () -> loki.lines().size() == 4);
            }
            write(log, "F Written while nobody looked");
            try (Program.Running again = start(program, "config.yaml", config)) {
                again.await("sent on", () -> loki.lines().size() == 5);
            }

            assertThat(loki.lines())
                    .extracting(OtlpReceiver.Line::text, line -> line.line().getSeverityNumberValue())
                    .containsExactly(
                            tuple(error, 17),
                            tuple("Started", 0),
                            tuple("{\"level\":\"WARN\",\"message\":\"slow\"}", 13),
                            tuple("{not JSON", 0),
                            tuple("Written while nobody looked", 0));
            assertThat(loki.lines().get(0))
                    .returns(TRACE, OtlpReceiver.Line::trace)
                    .returns(SPAN, OtlpReceiver.Line::span);
            assertThat(loki.lines())
                    .extracting(OtlpReceiver.Line::resource)
                    .allSatisfy(resource -> assertThat(resource)
                            .containsEntry("service.name", "clients")
                            .containsEntry("k8s.namespace.name", "prod")
                            .containsEntry("k8s.pod.name", "clients-7d9c5-x2x4z"));
        }
    }

    /** Where the container runtime writes a pod's lines. */
    private Path pod(String pod, String container) throws IOException {
        Path place = folder.resolve("pods/" + pod + "_0f3b6f3e-1d6c-4b0a-9c55-1f2e3d4c5b6a/" + container);
        return Files.createDirectories(place).resolve("0.log");
    }

    /** Lines as containerd writes them: F ends a line, P is a part of one that is too long. */
    private static void write(Path log, String... lines) throws IOException {
        Files.write(
                log,
                List.of(lines).stream()
                        .map(line -> "2026-11-21T10:00:00.123456789Z stdout " + line)
                        .toList(),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private Program.Running start(Program program, String name, String config) throws Exception {
        // The port for its own metrics stands in two lines.
        String own = config.replace("host: 0.0.0.0", "host: 127.0.0.1")
                .replace("port: 8888", "port: " + LoopbackPort.free());
        Path file = Files.writeString(folder.resolve(name), own);
        Program.Running running = program.launch(folder, "--config=" + file);
        running.await("ready", () -> running.said().contains("Everything is ready"));
        return running;
    }

    private static int sendLine(String collector) throws Exception {
        ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
        request.addResourceLogsBuilder()
                .addScopeLogsBuilder()
                .addLogRecords(LogRecord.newBuilder()
                        .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(TRACE)))
                        .setBody(AnyValue.newBuilder().setStringValue("The service does not reach its database")));
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://" + collector + "/v1/logs"))
                                .header("Content-Type", "application/x-protobuf")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(
                                        request.build().toByteArray()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static HttpResponse<String> get(String address) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String address() throws IOException {
        return "127.0.0.1:" + LoopbackPort.free();
    }
}
