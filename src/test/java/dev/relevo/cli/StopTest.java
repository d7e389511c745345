package dev.relevo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program as a process of its own, stopped from outside in the middle of a step. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StopTest {
    private static final int SIGINT = 2;

    @TempDir
    Path project;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stopWhatATestLeft() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            Process unused = process.destroyForcibly();
        });
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void stops_the_steps_child_processes_says_so_and_ends_with_the_signals_status(String signal, int status)
            throws Exception {
        assumeFalse(
                signal.equals("INT") && ignored(SIGINT),
                "SIGINT is ignored here, as it is by whatever a script starts in its background, and so by what that starts");
        Files.writeString(project.resolve("relevo.yaml"), """
                app: clients
                image: {repository: registry.example.com/team/clients}
                test:
                  command: [sh, -c, 'echo child $$; exec sleep 1000']
                """);

        Process relevo = relevo("test", "-C", project.toString());
        List<String> lines = new ArrayList<>();
        BufferedReader err = new BufferedReader(new InputStreamReader(relevo.getErrorStream(), StandardCharsets.UTF_8));
        ProcessHandle child = child(err, lines);
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + relevo.pid())
                .start()
                .waitFor();
        err.lines().forEach(lines::add);

        assertThat(relevo.waitFor()).isEqualTo(status);
        assertThat(child.isAlive()).isFalse();
        assertThat(lines).anyMatch(line -> line.startsWith("stopping: "));
        assertThat(lines).anyMatch(line -> line.startsWith("error RLV-208: "));
        assertThat(project.resolve(".relevo/report.html")).content().contains("What RLV-208 means");
    }

    @Test
    void a_second_signal_ends_it_at_once() throws Exception {
        Files.writeString(project.resolve("relevo.yaml"), """
                app: clients
                image: {repository: registry.example.com/team/clients}
                test:
                  command: [sh, -c, 'trap "" TERM; echo child $$; while :; do sleep 1; done']
                """);

        Process relevo = relevo("test", "-C", project.toString());
        List<String> lines = new ArrayList<>();
        BufferedReader err = new BufferedReader(new InputStreamReader(relevo.getErrorStream(), StandardCharsets.UTF_8));
        ProcessHandle child = child(err, lines);
        try {
            terminate(relevo);
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                lines.add(line);
                if (line.startsWith("stopping: ")) {
                    terminate(relevo);
                }
            }

            assertThat(relevo.waitFor()).isEqualTo(143);
            assertThat(lines)
                    .last()
                    .asString()
                    .startsWith("ended at once: every state that was written is safe to stay in");
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void an_exit_status_is_the_steps_own_when_nobody_stops_it() throws Exception {
        Files.writeString(project.resolve("relevo.yaml"), """
                app: clients
                image: {repository: registry.example.com/team/clients}
                test: {command: [sh, -c, 'exit 7']}
                """);

        Process relevo = relevo("test", "--json", "-C", project.toString());
        String out = new String(relevo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(relevo.waitFor()).isEqualTo(3);
        assertThat(out).contains("\"step\" : \"test\"", "\"code\" : \"RLV-202\"");
    }

    /** The process object itself would close its output first, and with it what is still to be said. */
    private static void terminate(Process process) {
        boolean unused = process.toHandle().destroy();
    }

    private static ProcessHandle child(BufferedReader err, List<String> lines) throws IOException {
        for (String line = err.readLine(); line != null; line = err.readLine()) {
            lines.add(line);
            if (line.contains("| child ")) {
                String pid = line.substring(line.indexOf("child ") + "child ".length())
                        .strip();
                return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
            }
        }
        throw new AssertionError("The command never started: " + lines);
    }

    /** Whether this process, and so its children, ignore a signal; as far as the system says. */
    private static boolean ignored(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> new BigInteger(line.substring("SigIgn:".length()).strip(), 16))
                .anyMatch(mask -> mask.testBit(signal - 1));
    }

    private Process relevo(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.relevo.cli.Main"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }
}
