package dev.relevo.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own, as a CI starts it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TelemetryProcessTest {
    @TempDir
    Path project;

    @Test
    void nothing_of_opentelemetry_is_loaded_unless_a_collector_is_named() throws Exception {
        project("exit 0");
        try (OtlpReceiver collector = new OtlpReceiver()) {
            assertThat(loaded(Map.of())).isNotEmpty().noneMatch(name -> name.startsWith("io.opentelemetry."));
            assertThat(loaded(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())))
                    .anyMatch(name -> name.startsWith("io.opentelemetry.sdk."));
        }
    }

    @Test
    void a_run_that_is_stopped_is_told_to_its_end_and_its_programs_join_the_trace() throws Exception {
        project("echo child $TRACEPARENT; exec sleep 1000");
        try (OtlpReceiver collector = new OtlpReceiver()) {
            Process relevo =
                    relevo(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()), "test", "-C", project.toString());
            String context = "";
            try (BufferedReader err = relevo.errorReader(StandardCharsets.UTF_8)) {
                for (String line = err.readLine(); line != null; line = err.readLine()) {
                    if (line.contains("| child ")) {
                        context = line.substring(line.indexOf("child ") + "child ".length());
                        // The process object itself would close its output first.
                        boolean unused = relevo.toHandle().destroy();
                    }
                }
            }

            assertThat(relevo.waitFor()).isEqualTo(143);
            OtlpReceiver.Received root = collector.span("relevo test");
            OtlpReceiver.Received step = collector.span("test");
            assertThat(step.parent()).isEqualTo(root.id());
            assertThat(context).startsWith("00-" + root.trace() + "-" + step.id() + "-");
            assertThat(List.of(root, step)).allSatisfy(span -> {
                assertThat(span.failed()).isTrue();
                assertThat(span.attributes()).containsEntry("error.type", "RLV-208");
            });
        }
    }

    private void project(String test) throws IOException {
        Files.writeString(project.resolve("relevo.yaml"), """
                app: clients
                image: {repository: registry.example.com/team/clients}
                test:
                  command: [sh, -c, '%s']
                  allowNone: true
                """.formatted(test));
    }

    /** The names of the classes that a run of the tests loads. */
    private List<String> loaded(Map<String, String> variables) throws Exception {
        Path log = Files.createTempFile(project, "classes", ".log");
        Process process = start(
                variables,
                List.of("-Xlog:class+load=info:file=" + log + "::filecount=0"),
                "test",
                "-C",
                project.toString());
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(err).isZero();
        try (var lines = Files.lines(log)) {
            return lines.map(line -> line.replaceFirst("^(\\[[^]]*])*\\s*", ""))
                    .map(line -> line.split(" ", 2)[0])
                    .toList();
        }
    }

    private Process relevo(Map<String, String> variables, String... words) throws IOException {
        return start(variables, List.of(), words);
    }

    private static Process start(Map<String, String> variables, List<String> options, String... words)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.relevo.cli.Main"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        builder.environment().putAll(variables);
        return builder.start();
    }
}
