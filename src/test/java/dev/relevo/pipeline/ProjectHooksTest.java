package dev.relevo.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.relevo.config.ConfigLoader;
import dev.relevo.config.RelevoConfig;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.HookScene;
import dev.relevo.deploy.plan.Hooks;
import dev.relevo.manifest.Injection;
import dev.relevo.manifest.Manifests;
import dev.relevo.manifest.ProjectManifests;
import dev.relevo.platform.running.UnansweredPort;
import dev.relevo.report.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks as a project writes them, and what those of them do that are done where Relevo runs. */
class ProjectHooksTest {
    private static final String IMAGE = "registry.example/shop@sha256:" + "a".repeat(64);
    private static final HookScene SCENE = new HookScene("shop", "sales", 7, IMAGE, Optional.of("abc123"), "content");

    @TempDir
    Path project;

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<String> traces = Collections.synchronizedList(new ArrayList<>());
    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private volatile int status = 200;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            Headers headers = exchange.getRequestHeaders();
            traces.add(headers.get("traceparent") + " " + headers.get("tracestate"));
            byte[] answer = "too busy\nfor this".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aRequestTellsWhatIsDeployedAndTakesItsSecretsFromTheEnvironment() throws Exception {
        Hook hook = hooks("""
                before:
                  - http:
                      url: "%s/tell?quietly"
                      method: PUT
                      headersFrom: {Authorization: HOOK_LOGIN}
                      body: '{"text": "{app} {release} in {environment}/{namespace}: {image} of {revision}", "x": {}}'
                """.formatted(url())).before().get(0);

        assertThat(hook.name()).isEqualTo("PUT 127.0.0.1");
        assertThat(errands(Map.of("HOOK_LOGIN", "Bearer s3cret\n")).run(hook, SCENE))
                .isEqualTo("answered 200");

        assertThat(asked)
                .containsExactly("PUT /tell?quietly Bearer s3cret {\"text\": \"shop 7 in here/sales: " + IMAGE
                        + " of abc123\", \"x\": {}}");
    }

    @Test
    void anAnswerThatIsNotExpectedIsAFailureThatShowsIt() throws Exception {
        status = 503;
        Hook hook = hooks("after: [{name: announce, http: {url: '" + url() + "'}}]")
                .after()
                .get(0);

        assertThatThrownBy(() -> errands(Map.of()).run(hook, SCENE))
                .hasMessage(
                        "RLV-743: Hook [announce] after failed: answered 503; expected 200 to 299: too busy for this");

        Hook expected = hooks("after: [{http: {url: '" + url() + "', expect: 503}}]")
                .after()
                .get(0);
        assertThat(errands(Map.of()).run(expected, SCENE)).isEqualTo("answered 503");
    }

    @Test
    void aSecretThatIsNotThereIsNamed() throws Exception {
        Hook hook = hooks("before: [{http: {url: '" + url() + "', headersFrom: {Authorization: NOWHERE}}}]")
                .before()
                .get(0);

        assertThatThrownBy(() -> errands(Map.of()).run(hook, SCENE))
                .hasMessageContaining("the variable NOWHERE, which holds the header Authorization, is not set");
        assertThat(asked).isEmpty();
    }

    @Test
    void aHostThatIsNotThereIsAFailure() throws Exception {
        try (UnansweredPort port = new UnansweredPort()) {
            Hook hook = hooks("before: [{http: {url: 'http://" + port.authority() + "'}}]")
                    .before()
                    .get(0);

            assertThatThrownBy(() -> errands(Map.of()).run(hook, SCENE)).hasMessageContaining("failed: no answer: ");
        }
    }

    @Test
    void aProgramRunsInTheProjectAndKnowsWhatIsDeployed() throws Exception {
        Hook hook = hooks("""
                before: [{command: [sh, -c, 'echo "$PWD $RELEVO_HOOK_APP $RELEVO_HOOK_RELEASE $RELEVO_HOOK_ENVIRONMENT"']}]
                """).before().get(0);

        assertThat(errands(Map.of()).run(hook, SCENE)).isEqualTo("succeeded");

        assertThat(events).containsExactly(new Event.Output("sh", project.toRealPath() + " shop 7 here"));
    }

    @Test
    void requestsAndProgramsOfATracedDeployJoinItsTrace() throws Exception {
        Hook request =
                hooks("before: [{http: {url: '" + url() + "'}}]").before().get(0);
        Hook own = hooks("before: [{http: {url: '" + url() + "', headers: {Traceparent: 00-own-own-01}}}]")
                .before()
                .get(0);
        Hook program = hooks("before: [{command: [sh, -c, 'echo $TRACEPARENT']}]")
                .before()
                .get(0);
        Map<String, String> trace = Map.of("TRACEPARENT", "00-trace-span-01", "TRACESTATE", "vendor=1");
        HookErrands traced =
                new HookErrands(new StepContext(project, config("  history: 3"), events::add, () -> trace), Map.of());

        traced.run(request, SCENE);
        traced.run(own, SCENE);
        errands(Map.of()).run(request, SCENE);
        traced.run(program, SCENE);

        assertThat(traces).containsExactly("[00-trace-span-01] [vendor=1]", "[00-own-own-01] [vendor=1]", "null null");
        assertThat(events).containsExactly(new Event.Output("sh", "00-trace-span-01"));
        assertThat(traced.trace()).isEqualTo(trace);
    }

    @Test
    void aProgramThatFailsTellsItsLastLines() throws Exception {
        Hook hook = hooks("before: [{name: lint, command: [sh, -c, 'echo no good; exit 3']}]")
                .before()
                .get(0);
        Hook missing = hooks("before: [{command: [./nowhere]}]").before().get(0);
        Hook late = hooks("before: [{command: [sleep, '60'], timeout: 200ms}]")
                .before()
                .get(0);

        assertThatThrownBy(() -> errands(Map.of()).run(hook, SCENE))
                .hasMessageContaining("Hook [lint] before failed: exit status 3")
                .satisfies(e -> assertThat(((dev.relevo.report.RelevoException) e)
                                .problem()
                                .details())
                        .contains("| no good"));
        assertThatThrownBy(() -> errands(Map.of()).run(missing, SCENE))
                .hasMessageContaining("it could not be started: ");
        assertThatThrownBy(() -> errands(Map.of()).run(late, SCENE)).hasMessageContaining("it took longer than 200ms");
    }

    @Test
    void aJobGetsTheReleasesImageAndConfiguration() throws Exception {
        Files.writeString(project.resolve("migrate.yaml"), """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: migrate}
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                        - name: migrate
                          image: registry.example/shop:latest
                          envFrom: [{configMapRef: {name: shop-config}}]
                        - name: helper
                          image: busybox:1
                """);

        Hooks hooks = hooks("before: [{job: migrate.yaml, timeout: 20m}]");

        Hook.Job job = (Hook.Job) hooks.before().get(0).action();
        assertThat(hooks.before().get(0).name()).isEqualTo("Job migrate");
        assertThat(job.manifest().namespace()).isEqualTo("sales");
        assertThat(job.manifest().at("/spec/template/spec/containers/0/image").asText())
                .isEqualTo(IMAGE);
        assertThat(job.manifest().at("/spec/template/spec/containers/1/image").asText())
                .isEqualTo("busybox:1");
        assertThat(job.manifest()
                        .at("/spec/template/spec/containers/0/envFrom/0/configMapRef/name")
                        .asText())
                .isEqualTo("shop-config-0123456789");
    }

    @Test
    void aJobMayBeWrittenInPlaceAndNeedsNoName() throws Exception {
        Hooks hooks = load("""
                  bigBang:
                    before:
                      job:
                        apiVersion: batch/v1
                        kind: Job
                        spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}
                """);

        assertThat(hooks.between().orElseThrow().moment()).isEqualTo(Hook.Moment.BETWEEN);
        assertThat(hooks.between().orElseThrow().name()).isEqualTo("Job hook");
    }

    @Test
    void whatIsNoJobIsRefusedBeforeAnythingIsDone() throws Exception {
        Files.writeString(project.resolve("other.yaml"), "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}");

        assertThatThrownBy(() -> hooks("onFailure: [{job: other.yaml}]"))
                .hasMessage(
                        "RLV-514: deploy.hooks.onFailure[0].job is [ConfigMap/x in sales]; expected one Job (batch/v1)"
                                + " with a pod template");
        assertThatThrownBy(() -> hooks("before: [{job: nowhere.yaml}]")).hasMessageContaining("RLV-501");
    }

    @Test
    void aHookDoesExactlyOneThing() {
        assertThatThrownBy(() -> hooks("before: [{timeout: 5s}]"))
                .hasMessageContaining("is [0 of http, command and job]; expected exactly one of them");
        assertThatThrownBy(() -> hooks("before: [{command: [a], job: b}]"))
                .hasMessageContaining("is [2 of http, command and job]; expected exactly one of them");
        assertThatThrownBy(() -> hooks("before: [{http: {url: 'ftp://x'}}]"))
                .hasMessageContaining("is [ftp://x]; expected a URL that begins with http:// or https://");
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private Hooks hooks(String section) throws IOException {
        return load("  hooks:\n" + section.strip().indent(4));
    }

    private Hooks load(String deploy) throws IOException {
        RelevoConfig config = config(deploy);
        Manifests manifests = ProjectManifests.of(project, config);
        Injection injection = new Injection(
                "shop",
                "sales",
                IMAGE,
                ProjectManifests.workload(manifests, config),
                Optional.of(new Injection.ConfigName("shop-config", "shop-config-0123456789")));
        return new ProjectHooks(project, injection).of(config.deploy());
    }

    private RelevoConfig config(String deploy) throws IOException {
        Files.writeString(project.resolve("relevo.yaml"), """
                app: shop
                image: {repository: registry.example/shop}
                service: {}
                environments:
                  here: {context: here, namespace: sales}
                deploy:
                """ + deploy);
        return new ConfigLoader()
                .load(project, Optional.of("here"), Map.of(), List.of())
                .config();
    }

    private HookErrands errands(Map<String, String> variables) throws IOException {
        return new HookErrands(new StepContext(project, config("  history: 3"), events::add), variables);
    }
}
