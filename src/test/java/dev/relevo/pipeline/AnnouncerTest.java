package dev.relevo.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.sun.net.httpserver.HttpServer;
import dev.relevo.config.ConfigLoader;
import dev.relevo.config.RelevoConfig;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.notify.Notifier;
import dev.relevo.pipeline.Announcer.Success;
import dev.relevo.platform.running.UnansweredPort;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others hear of deploys, over real HTTP. */
class AnnouncerTest {
    private static final String BOTH = "webhook: {urlFrom: TELL_URL}, slack: {urlFile: slack-url}";

    @TempDir
    Path project;

    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> variables = new HashMap<>();
    private HttpServer server;
    private volatile int status = 200;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            heard.add(exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        variables.put("TELL_URL", url("/hook?key=tOp"));
        variables.put("BUILD_URL", "https://ci.example.com/job/shop/7/");
        Files.writeString(project.resolve("slack-url"), url("/slack/sEcReT") + "\n");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aSuccessIsToldToBoth() throws IOException {
        announcer(BOTH)
                .around(() -> "done", done -> Optional.of(new Success(3, "canary", "shop@sha256:1", "2 replicas")));

        assertThat(heard).hasSize(2);
        assertThat(body(0))
                .containsEntry("apiVersion", "relevo.dev/v1")
                .containsEntry("event", "deployed")
                .containsEntry("action", "deploy")
                .containsEntry("app", "shop")
                .containsEntry("environment", "here")
                .containsEntry("namespace", "sales")
                .containsEntry("strategy", "canary")
                .containsEntry("release", 3)
                .containsEntry("image", "shop@sha256:1")
                .containsEntry("summary", "2 replicas")
                .containsEntry("build", "https://ci.example.com/job/shop/7/")
                .containsKey("at")
                .doesNotContainKey("code");
        assertFitsTheSchema(0);
        assertThat(heard.get(0)).startsWith("/hook?key=tOp ");
        assertThat(heard.get(1))
                .isEqualTo("/slack/sEcReT {\"text\":\"release 3 of shop in here is deployed: 2 replicas"
                        + " https://ci.example.com/job/shop/7/\"}");
    }

    @Test
    void aRollbackAndAFailureAreToldWithTheirCause() throws IOException {
        Announcer announcer = announcer(BOTH);

        failing(announcer, DeployError.ROLLED_BACK, "Container [app] exits with code 1");
        failing(announcer, DeployError.NOT_ROLLED_BACK, "quota");

        assertThat(body(0))
                .containsEntry("event", "rolled-back")
                .containsEntry("summary", "Container [app] exits with code 1")
                .containsEntry("code", "RLV-701")
                .doesNotContainKey("release");
        assertFitsTheSchema(0);
        assertThat(heard.get(1)).contains("shop in here was rolled back: Container [app] exits with code 1 (RLV-701)");
        assertThat(body(2)).containsEntry("event", "failed");
        assertThat(heard.get(3)).contains("the deploy of shop in here failed: quota (RLV-702)");
    }

    @Test
    void whatALogLineSaysCallsNobodyInSlack() throws IOException {
        failing(announcer(BOTH), DeployError.ROLLED_BACK, "it said [<!channel> a & b]");

        assertThat(body(0)).containsEntry("summary", "it said [<!channel> a & b]");
        assertThat(heard.get(1)).contains("it said [&lt;!channel&gt; a &amp; b]");
    }

    @Test
    void thatAPersonIsWaitedForIsTold() throws IOException {
        announcer(BOTH)
                .listening(events::add)
                .emit(new Event.PersonNeeded(4, "Waiting to be promoted, at most 10m", "promote"));

        assertThat(body(0)).containsEntry("event", "waiting").containsEntry("release", 4);
        assertFitsTheSchema(0);
        assertThat(heard.get(1)).contains("release 4 of shop in here waits for somebody: Waiting to be promoted");
    }

    @Test
    void whatNobodyAskedForIsNotTold() throws IOException {
        Announcer picky = announcer("on: [failed], " + BOTH);
        picky.around(() -> "done", done -> Optional.of(new Success(3, "canary", "i", "s")));
        Announcer unchanged = announcer(BOTH);
        unchanged.around(
                () -> {
                    unchanged
                            .listening(event -> {})
                            .emit(new Event.StepFinished("deploy", Event.Outcome.UNCHANGED, Duration.ZERO, ""));
                    return "done";
                },
                done -> Optional.of(new Success(3, "canary", "i", "s")));
        failing(announcer(BOTH), DeployError.SUPERSEDED, "newer");

        assertThat(heard).isEmpty();
    }

    @Test
    void secretsAreMaskedInWhatIsTold() throws IOException {
        failing(announcer(BOTH), DeployError.ROLLED_BACK, "login with hunter22 failed");

        assertThat(body(0)).containsEntry("summary", "login with **** failed");
        assertThat(heard).noneMatch(line -> line.contains("hunter22"));
    }

    @Test
    void whoCannotBeToldIsAWarningThatNamesNoUrl() throws IOException {
        status = 500;
        succeed(announcer("slack: {urlFile: slack-url}"));
        succeed(announcer("webhook: {urlFrom: NOWHERE}, slack: {urlFile: nowhere}"));
        variables.put("TELL_URL", "no url: sEcReT");
        succeed(announcer("webhook: {urlFrom: TELL_URL}"));
        try (UnansweredPort port = new UnansweredPort()) {
            Files.writeString(project.resolve("slack-url"), "http://" + port.authority() + "/slack/sEcReT\n");
            succeed(announcer("slack: {urlFile: slack-url}"));
        }

        assertThat(warnings())
                .containsExactly(
                        "notify.slack was not told: it answered 500",
                        "notify.webhook was not told: the variable NOWHERE, which holds its URL, is not there",
                        "notify.slack was not told: the file nowhere, which holds its URL, is not there",
                        "notify.webhook was not told: the variable TELL_URL holds no URL",
                        "notify.slack was not told: it could not be reached (ConnectException)");
        assertThat(events.toString()).doesNotContain("sEcReT");
    }

    @Test
    void whoeverIsSilentIsNotWaitedForLongerThanItsTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            variables.put("TELL_URL", "http://127.0.0.1:" + silent.getLocalPort() + "/");

            succeed(announcer("timeout: 100ms, webhook: {urlFrom: TELL_URL}"));
        }

        assertThat(warnings()).containsExactly("notify.webhook was not told: no answer within 100ms");
    }

    @Test
    void theUrlItselfHasNoPlaceInTheFile() {
        assertThatThrownBy(() -> announcer("webhook: {url: 'https://example.com'}"))
                .hasMessageContaining("[notify.webhook.url] is not a key");
        assertThatThrownBy(() -> announcer("webhook: {}")).hasMessageContaining("expected either urlFrom or urlFile");
    }

    private static void succeed(Announcer announcer) {
        assertThat(announcer.around(() -> "done", done -> Optional.of(new Success(3, "canary", "i", "s"))))
                .isEqualTo("done");
    }

    private static void failing(Announcer announcer, DeployError code, String summary) {
        assertThatThrownBy(() -> announcer.around(
                        () -> {
                            throw Problem.of(code, summary).asException();
                        },
                        done -> Optional.empty()))
                .isInstanceOf(RelevoException.class)
                .hasMessageContaining(summary);
    }

    private Announcer announcer(String notify) throws IOException {
        Files.writeString(project.resolve("relevo.yaml"), """
                app: shop
                image: {repository: registry.example/shop}
                service: {}
                notify: {%s}
                environments:
                  here: {context: here, namespace: sales}
                """.formatted(notify));
        RelevoConfig config = new ConfigLoader()
                .load(project, Optional.of("here"), Map.of(), List.of())
                .config();
        Notifier notifier = new Notifier(
                config.notifications(), project, variables, text -> text.replace("hunter22", "****"), events::add);
        return new Announcer(notifier, config, "deploy", variables);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private String json(int index) {
        return heard.get(index).substring(heard.get(index).indexOf('{'));
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> body(int index) throws IOException {
        return new ObjectMapper().readValue(json(index), Map.class);
    }

    private void assertFitsTheSchema(int index) throws IOException {
        String schema = Files.readString(Path.of("resources/dev/relevo/notification.schema.json"));
        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(schema, InputFormat.JSON)
                        .validate(json(index), InputFormat.JSON))
                .isEmpty();
    }

    private List<String> warnings() {
        return events.stream()
                .filter(Event.Warning.class::isInstance)
                .map(event -> ((Event.Warning) event).text())
                .toList();
    }
}
