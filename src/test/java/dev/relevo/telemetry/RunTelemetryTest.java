package dev.relevo.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.platform.running.UnansweredPort;
import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import dev.relevo.report.Event.TaskKind;
import dev.relevo.report.EventSink;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTelemetryTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";

    @TempDir
    Path project;

    @Test
    void aRunIsATraceBelowItsCallersSpan() throws Exception {
        try (OtlpReceiver collector = new OtlpReceiver()) {
            ShownRun run = run(
                    "{}",
                    Map.of(
                            "OTEL_EXPORTER_OTLP_ENDPOINT",
                            collector.url(),
                            "OTEL_RESOURCE_ATTRIBUTES",
                            "team=sales",
                            "TRACEPARENT",
                            "00-" + TRACE + "-" + CALLER + "-01"));

            run.succeeds();

            OtlpReceiver.Received root = collector.span("relevo deploy");
            assertThat(root.trace()).isEqualTo(TRACE);
            assertThat(root.parent()).isEqualTo(CALLER);
            assertThat(root.failed()).isFalse();
            assertThat(root.resource())
                    .containsEntry("service.name", "relevo")
                    .containsEntry("service.version", "1.2.3")
                    .containsEntry("team", "sales");
            assertThat(root.attributes())
                    .containsEntry("relevo.app", "shop")
                    .containsEntry("deployment.environment.name", "prod")
                    .containsEntry("k8s.namespace.name", "shops")
                    .containsEntry("relevo.release", "7")
                    .containsEntry("relevo.strategy", "rolling")
                    .containsEntry("oci.manifest.digest", "sha256:0abc")
                    .containsEntry("relevo.outcome", "done")
                    .containsEntry("process.exit.code", "0");
            OtlpReceiver.Received step = collector.span("deploy");
            assertThat(step.parent()).isEqualTo(root.id());
            assertThat(step.span().getEventsList())
                    .extracting(io.opentelemetry.proto.trace.v1.Span.Event::getName)
                    .containsExactly("hand-over");
            assertThat(collector.span("Apply Deployment/shop"))
                    .returns(step.id(), OtlpReceiver.Received::parent)
                    .extracting(OtlpReceiver.Received::attributes)
                    .satisfies(attributes -> assertThat(attributes).containsEntry("relevo.task.kind", "operation"));
            assertThat(collector
                            .span("Watch the candidate's error rate for 30 s")
                            .attributes())
                    .containsEntry("relevo.task.kind", "gate");
            assertThat(run.warnings()).isEmpty();
        }
    }

    @Test
    void figuresOfTheRunGoTheSameWay() throws Exception {
        try (OtlpReceiver collector = new OtlpReceiver()) {
            run("{}", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())).succeeds();

            String labels = "app=shop, command=deploy, environment=prod, namespace=shops";
            assertThat(collector.gauges())
                    .contains(
                            "relevo.release.number{" + labels + "} 7.0",
                            "relevo.run.outcome{" + labels + ", outcome=done} 1.0",
                            "relevo.step.duration{" + labels + ", outcome=done, step=deploy} 31.5",
                            "relevo.candidate.requests{" + labels + "} 250.0",
                            "relevo.candidate.requests.failed{" + labels + "} 1.0");
            assertThat(collector.gauges())
                    .filteredOn(gauge -> gauge.startsWith("relevo.release.lead.time{" + labels + ", release=7} "))
                    .singleElement()
                    .satisfies(gauge -> assertThat(Double.parseDouble(gauge.substring(gauge.indexOf("} ") + 2)))
                            .as("two hours since the commit, and what this run took")
                            .isBetween(7200.0, 7300.0));
        }
    }

    @Test
    void aFailureIsOnEverySpanThatItEndsWithItsCodeAndItsFirstLineMasked() throws Exception {
        try (OtlpReceiver collector = new OtlpReceiver()) {
            run("{}", Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", collector.url() + "/v1/traces"))
                    .fails();

            assertThat(collector.spans())
                    .extracting(OtlpReceiver.Received::name)
                    .containsExactly("Apply Deployment/shop", "deploy", "relevo deploy");
            assertThat(collector.spans()).allSatisfy(span -> {
                assertThat(span.failed()).isTrue();
                assertThat(span.span().getStatus().getMessage()).isEqualTo("Pod shop-1 exits: password **** is wrong");
                assertThat(span.attributes()).containsEntry("error.type", "RLV-191");
            });
            assertThat(collector.gauges()).as("no place for metrics was named").isEmpty();
        }
    }

    @Test
    void membersOfAGroupAreSideBySideAndEachHasItsOwnParts() throws Exception {
        try (OtlpReceiver collector = new OtlpReceiver()) {
            RunTelemetry telemetry = run("{}", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()))
                    .telemetry();
            EventSink cart = telemetry.events(Optional.of("cart"));
            EventSink shop = telemetry.events(Optional.of("shop"));

            cart.emit(new Event.StepStarted("deploy", "cart to prod"));
            shop.emit(new Event.StepStarted("deploy", "shop to prod"));
            cart.emit(new Event.TaskStarted("operation-1", "Apply Deployment/cart", TaskKind.OPERATION));
            cart.emit(new Event.TaskFinished("operation-1", "Apply Deployment/cart", Outcome.DONE, Duration.ZERO, ""));
            shop.emit(new Event.StepFinished("deploy", Outcome.UNCHANGED, Duration.ZERO, "release 2"));
            cart.emit(new Event.StepFinished("deploy", Outcome.DONE, Duration.ZERO, "release 3"));
            telemetry.end(0, event -> {});

            String root = collector.span("relevo deploy").id();
            List<OtlpReceiver.Received> steps = collector.spans().stream()
                    .filter(span -> span.name().equals("deploy"))
                    .toList();
            assertThat(steps)
                    .extracting(
                            OtlpReceiver.Received::parent,
                            span -> span.attributes().get("relevo.outcome"))
                    .containsExactly(tuple(root, "unchanged"), tuple(root, "done"));
            assertThat(collector.span("Apply Deployment/cart").parent())
                    .isEqualTo(steps.get(1).id());
        }
    }

    @Test
    void programsThatAreStartedGetTheSpanThatStartsThem() throws Exception {
        try (OtlpReceiver collector = new OtlpReceiver()) {
            ShownRun run = run("{}", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()));
            Map<String, String> variables = run.telemetry().trace(Optional.empty());

            run.succeeds();

            OtlpReceiver.Received root = collector.span("relevo deploy");
            assertThat(variables.get("TRACEPARENT")).startsWith("00-" + root.trace() + "-" + root.id() + "-");
        }
    }

    @Test
    void aCollectorThatIsNotThereIsOneWarning() throws Exception {
        try (UnansweredPort port = new UnansweredPort()) {
            ShownRun run = run("{}", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://" + port.authority()));

            run.succeeds();

            assertThat(run.warnings())
                    .containsExactly("The OpenTelemetry collector did not take everything: it could not be reached"
                            + " (ConnectException)");
        }
    }

    @Test
    void aCollectorThatRefusesIsOneWarning() throws Exception {
        try (HttpReceiver refusing = HttpReceiver.answering(403)) {
            ShownRun run = run("{}", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", refusing.url()));

            run.succeeds();

            assertThat(run.warnings())
                    .containsExactly("The OpenTelemetry collector did not take everything: it refused them");
        }
    }

    @Test
    void aCollectorThatNeverAnswersIsWaitedForShortly() throws Exception {
        // Connections are made by the system and never accepted.
        try (ServerSocket silent = new ServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress())) {
            ShownRun run = new ShownRun(
                    project,
                    "{}",
                    Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + silent.getLocalPort()),
                    Duration.ofSeconds(3));

            run.succeeds();

            assertThat(run.warnings())
                    .containsExactly("The OpenTelemetry collector did not take everything: no answer within 3s");
        }
    }

    @Test
    void whatCannotBeSpokenIsSaidAtOnce() throws Exception {
        ShownRun run = run(
                "{}",
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"));

        assertThat(run.warnings())
                .containsExactly(
                        "There is no trace of this run: OTEL_EXPORTER_OTLP_PROTOCOL is [grpc]; expected http/protobuf");
    }

    @Test
    void nothingIsSentWhereTelemetryIsDisabled() throws Exception {
        try (OtlpReceiver collector = new OtlpReceiver()) {
            run("{}", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(), "OTEL_SDK_DISABLED", "true"))
                    .succeeds();
            run("{}", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(), "OTEL_TRACES_EXPORTER", "none"))
                    .succeeds();

            assertThat(collector.spans()).isEmpty();
            assertThat(collector.gauges()).isNotEmpty();
        }
    }

    @Test
    void aHandOverIsARegionInGrafana() throws Exception {
        Files.writeString(project.resolve("token"), "glsa_secret\n");
        try (HttpReceiver grafana = HttpReceiver.start()) {
            long before = System.currentTimeMillis();
            ShownRun run = run("{grafana: {url: '" + grafana.url() + "/monitoring/', tokenFile: token}}", Map.of());

            run.succeeds();

            assertThat(run.warnings()).isEmpty();
            HttpReceiver.Told told = grafana.told().get(0);
            assertThat(told.method() + " " + told.path()).isEqualTo("POST /monitoring/api/annotations");
            assertThat(told.authorization()).isEqualTo("Bearer glsa_secret");
            JsonNode body = new ObjectMapper().readTree(told.text());
            assertThat(body.path("time").asLong()).isBetween(before, System.currentTimeMillis());
            assertThat(body.path("timeEnd").asLong())
                    .isGreaterThanOrEqualTo(body.path("time").asLong());
            assertThat(body.path("tags").toString())
                    .isEqualTo("[\"relevo\",\"app:shop\",\"environment:prod\",\"outcome:done\"]");
            assertThat(body.path("text").asText()).isEqualTo("release 7 of shop in prod (rolling): done");
        }
    }

    @Test
    void aFailedHandOverIsMarkedWithItsReason() throws Exception {
        try (HttpReceiver grafana = HttpReceiver.start()) {
            run("{grafana: {url: '" + grafana.url() + "', tokenFrom: TOKEN}}", Map.of("TOKEN", "glsa_secret"))
                    .fails();

            JsonNode body = new ObjectMapper().readTree(grafana.told().get(0).text());
            assertThat(body.path("tags").get(3).asText()).isEqualTo("outcome:failed");
            assertThat(body.path("text").asText())
                    .startsWith(
                            "release 7 of shop in prod (rolling): failed, RLV-191: Pod shop-1 exits: password ****");
        }
    }

    @Test
    void aGrafanaThatRefusesOrWhoseTokenIsMissingIsAWarning() throws Exception {
        try (HttpReceiver grafana = HttpReceiver.answering(401)) {
            ShownRun refused = run("{grafana: {url: '" + grafana.url() + "', tokenFrom: TOKEN}}", Map.of("TOKEN", "x"));
            refused.succeeds();
            ShownRun without = run("{grafana: {url: '" + grafana.url() + "', tokenFrom: TOKEN}}", Map.of());
            without.succeeds();

            assertThat(refused.warnings()).containsExactly("telemetry.grafana was not told: it answered 401");
            assertThat(without.warnings())
                    .containsExactly(
                            "telemetry.grafana was not told: the variable TOKEN, which holds its token, is not there");
        }
    }

    @Test
    void aPushgatewayGetsTheFiguresOfAppEnvironmentAndCommand() throws Exception {
        try (HttpReceiver gateway = HttpReceiver.start()) {
            run("{pushgateway: {url: '" + gateway.url() + "'}}", Map.of()).succeeds();

            HttpReceiver.Told told = gateway.told().get(0);
            assertThat(told.method() + " " + told.path())
                    .isEqualTo("PUT /metrics/job/relevo/app/shop/environment/prod/command/deploy");
            assertThat(told.text().lines())
                    .contains(
                            "# TYPE relevo_step_duration_seconds gauge",
                            "relevo_step_duration_seconds{namespace=\"shops\",outcome=\"done\",step=\"deploy\"} 31.5",
                            "relevo_release_number{namespace=\"shops\"} 7",
                            "relevo_candidate_requests_failed{namespace=\"shops\"} 1");
        }
    }

    @Test
    void nobodyAtThePushgatewayIsAWarning() throws Exception {
        try (UnansweredPort port = new UnansweredPort()) {
            ShownRun run = run("{pushgateway: {url: 'http://" + port.authority() + "'}}", Map.of());

            run.succeeds();

            assertThat(run.warnings())
                    .containsExactly("telemetry.pushgateway was not told: it could not be reached (ConnectException)");
        }
    }

    private ShownRun run(String config, Map<String, String> variables) {
        return new ShownRun(project, config, variables);
    }
}
