package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.relevo.page.ReadPage;
import dev.relevo.telemetry.OtlpReceiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the README promises, as a new user runs it: the sample service, one command, a folder with blanks in its name. */
class MainJobIT {
    private static final Path LAUNCHER = Path.of("relevo").toAbsolutePath();

    @TempDir
    Path folder;

    private Path project;
    private OtlpReceiver collector;

    @BeforeEach
    void receive_traces() throws Exception {
        collector = new OtlpReceiver();
    }

    @AfterEach
    void stop_receiving() {
        collector.close();
    }

    @BeforeEach
    void clone_the_sample() throws Exception {
        project = folder.resolve("my clients service");
        for (String file : finished(List.of("git", "ls-files", "-co", "--exclude-standard", "sample-service"))
                .out()
                .lines()
                .toList()) {
            Path from = Path.of(file);
            Path to = project.resolve(Path.of("sample-service").relativize(from).toString());
            Files.createDirectories(to.getParent());
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        }
        git("init", "-q", "-b", "main");
        commit("The service");
    }

    @AfterEach
    void remove_the_local_environment() throws Exception {
        relevo("local", "reset");
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void a_commit_becomes_a_running_release_and_the_next_one_takes_over_without_a_lost_request() throws Exception {
        Ended first = relevo(traced(), "run");

        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out().strip())
                .as("the address, and nothing else")
                .startsWith("http://")
                .doesNotContain("\n");
        URI address = URI.create(first.out().strip());
        assertThat(answer(address.resolve("/getall")).body()).contains("name", "money");
        assertTraced();
        String firstVersion = version(answer(address.resolve("/clients")));

        assertPageTellsOfAllSteps(first);

        Path page = project.resolve("src/main/resources/public/index.html");
        Files.writeString(page, Files.readString(page).replace("<title>", "<title>New: "));
        commit("Say that it is new");
        try (SteadyTraffic traffic =
                new SteadyTraffic(address.resolve("/clients").toString(), 50, MainJobIT::version)) {
            Ended second = relevo("run", "--skip", "test");
            SteadyTraffic.Seen seen = traffic.seen();

            assertThat(second.status()).as(second.err()).isZero();
            assertThat(second.out()).isEqualTo(first.out());
            assertThat(seen.failures()).as("beside %d answers", seen.answered()).isEmpty();
            assertThat(seen.versions()).hasSize(2).contains(firstVersion);
        }
        assertThat(answer(address).body()).contains("<title>New: ");

        Ended history = relevo("history");
        assertThat(history.status()).isZero();
        assertThat(history.out()).contains("superseded").contains("deployed");
    }

    private void assertPageTellsOfAllSteps(Ended run) throws IOException {
        Path file = project.resolve(".relevo/report.html");
        assertThat(run.err()).contains("report: " + file);
        ReadPage told = ReadPage.in(file);
        assertThat(told.verdict()).isEqualTo("✔ done");
        assertThat(told.select("#timeline ~ .wide:first-of-type tbody th"))
                .containsExactly("prepare", "test", "build", "push", "configmap", "prepare", "deploy");
        assertThat(told.section("tests")).contains(" 0 failed, 0 with errors", "The slowest tests");
        assertThat(told.section("image")).contains("sha256:", " MB in ", "revision");
        assertThat(told.section("hand-over")).contains("all pods are those of release 1", "✔ GET ");
    }

    private static String version(HttpResponse<String> answer) {
        return answer.headers().firstValue("X-App-Version").orElseThrow();
    }

    private static HttpResponse<String> answer(URI address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** As a CI that traces its builds starts it. */
    private Map<String, String> traced() {
        return Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                collector.url(),
                "TRACEPARENT",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    private void assertTraced() throws Exception {
        List<OtlpReceiver.Received> spans = collector.spans();
        assertThat(spans).extracting(OtlpReceiver.Received::trace).containsOnly("0af7651916cd43dd8448eb211c80319c");
        OtlpReceiver.Received root = collector.span("relevo run");
        assertThat(root.parent()).isEqualTo("b7ad6b7169203331");
        Map<String, String> steps = spans.stream()
                .filter(span -> span.parent().equals(root.id()))
                .collect(Collectors.toMap(OtlpReceiver.Received::name, OtlpReceiver.Received::id));
        assertThat(steps).containsKeys("test", "build", "push", "configmap", "deploy");
        assertThat(spans)
                .filteredOn(span -> span.attributes().containsKey("relevo.task.kind"))
                .extracting(span -> span.attributes().get("relevo.task.kind"), OtlpReceiver.Received::parent)
                .contains(
                        tuple("layer", steps.get("push")),
                        tuple("operation", steps.get("deploy")),
                        tuple("gate", steps.get("deploy")));
        assertThat(spans)
                .allSatisfy(span -> assertThat(span.failed()).as(span.name()).isFalse());
        assertThat(root.attributes())
                .containsEntry("relevo.app", "clients")
                .containsEntry("relevo.release", "1")
                .containsEntry("relevo.outcome", "done")
                .containsKey("oci.manifest.digest");
        assertThat(collector.gauges())
                .as("the time since the commit")
                .anyMatch(gauge -> gauge.startsWith("relevo.release.lead.time"));
        assertThat(collector.gauges())
                .filteredOn(gauge -> gauge.startsWith("relevo.step.duration"))
                .hasSize(5);
    }

    private Ended relevo(String... words) throws Exception {
        return relevo(Map.of(), words);
    }

    private Ended relevo(Map<String, String> variables, String... words) throws Exception {
        List<String> line = new ArrayList<>(List.of(LAUNCHER.toString(), "-C", project.toString()));
        line.addAll(List.of(words));
        return finished(line, variables);
    }

    private void commit(String message) throws Exception {
        git("add", "-A");
        git("-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "-q", "-m", message);
    }

    private void git(String... words) throws Exception {
        List<String> line = new ArrayList<>(List.of("git", "-C", project.toString()));
        line.addAll(List.of(words));
        Ended ended = finished(line);
        assertThat(ended.status()).as(ended.err()).isZero();
    }

    private Ended finished(List<String> line) throws Exception {
        return finished(line, Map.of());
    }

    private Ended finished(List<String> line, Map<String, String> variables) throws Exception {
        try (Stream<Path> entries = Files.list(folder)) {
            long number =
                    entries.filter(entry -> entry.toString().endsWith(".err")).count();
            Path out = folder.resolve(number + ".out");
            Path err = folder.resolve(number + ".err");
            ProcessBuilder builder =
                    new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment()
                    .put("RELEVO_LOCAL_HOME", folder.resolve("local").toString());
            builder.environment().putAll(variables);
            int status = builder.start().waitFor();
            return new Ended(status, Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Ended(int status, String out, String err) {}
}
