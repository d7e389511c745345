package dev.relevo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void a_log_gets_a_plain_line_for_everything_that_lasts() {
        try (Console console = console(false, Map.of(), false)) {
            everything(console);
        }

        assertThat(text()).isEqualTo("""
                        ==> push localhost:5000/clients
                            unchanged layer 1 (0.2s)
                            | a tool's line
                            warning: the tag [1.0] moves
                                     what to do: use another tag
                            done push (1m05s): localhost:5000/clients@sha256:1
                        """);
    }

    @Test
    void a_terminal_shows_what_runs_and_keeps_only_what_lasts() {
        try (Console console = console(true, Map.of("NO_COLOR", "1"), false)) {
            console.emit(new Event.StepStarted("push", "localhost:5000/clients"));
            console.emit(new Event.TaskStarted("a", "layer 1", Event.TaskKind.LAYER));
            console.emit(new Event.TaskProgress("a", 500_000, 1_000_000, "bytes", ""));
            console.line("drawn");
            assertThat(screen(text()))
                    .anyMatch(line -> line.matches(" {6}layer 1 [0-9.]+s \\[##########----------] 500 kB/1.0 MB"));
            console.emit(new Event.TaskFinished("a", "layer 1", Outcome.DONE, Duration.ofMillis(1200), ""));
            console.emit(new Event.StepFinished("push", Outcome.DONE, Duration.ofSeconds(2), ""));
        }

        assertThat(screen(text()))
                .containsExactly(
                        "==> push localhost:5000/clients", "drawn", "    done layer 1 (1.2s)", "    done push (2.0s)");
    }

    @Test
    void colours_are_for_terminals_and_only_when_wanted() {
        try (Console console = console(true, Map.of(), false)) {
            console.emit(new Event.StepStarted("build", "x"));
        }
        assertThat(text()).contains("\u001b[1m==> build\u001b[0m");
        err.reset();
        try (Console console = console(true, Map.of("NO_COLOR", "1"), false)) {
            console.emit(new Event.StepStarted("build", "x"));
        }
        assertThat(text()).doesNotContain("\u001b[1m");
    }

    @Test
    void nothing_is_animated_where_that_is_not_wanted_even_on_a_terminal() {
        try (Console console = console(true, Map.of("NO_COLOR", "1"), true)) {
            everything(console);
        }
        assertThat(text()).doesNotContain("\u001b");
    }

    @Test
    void secrets_are_masked_in_every_line() {
        try (Console console = console(false, Map.of("REGISTRY_TOKEN", "abcdef123456"), false)) {
            console.emit(new Event.Output("maven", "login with abcdef123456"));
        }
        assertThat(text()).isEqualTo("    | login with ****\n");
    }

    private static void everything(Console console) {
        console.emit(new Event.StepStarted("push", "localhost:5000/clients"));
        console.emit(new Event.TaskStarted("a", "layer 1", Event.TaskKind.LAYER));
        console.emit(new Event.TaskProgress("a", 1, 2, "bytes", ""));
        console.emit(new Event.TaskFinished("a", "layer 1", Outcome.UNCHANGED, Duration.ofMillis(200), ""));
        console.emit(new Event.Output("maven", "a tool's line"));
        console.emit(new Event.Warning("the tag [1.0] moves", "use another tag"));
        console.emit(new Event.StepFinished(
                "push", Outcome.DONE, Duration.ofSeconds(65), "localhost:5000/clients@sha256:1"));
    }

    private Console console(boolean terminal, Map<String, String> variables, boolean plain) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Streams streams = new Streams(
                stream, stream, variables, terminal, 80, false, Path.of("").toAbsolutePath(), CalledAs.usual());
        return Console.of(streams, Masker.of(variables), plain);
    }

    private String text() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** What a terminal shows after these bytes: lines, the cursor's way up, and erasing from there. */
    private static List<String> screen(String bytes) {
        List<String> lines = new ArrayList<>();
        for (String part : bytes.split("\u001b\\[J", -1)) {
            String printed = part;
            int up = 0;
            Matcher move = Pattern.compile("\u001b\\[([0-9]+)A\r$").matcher(part);
            if (move.find()) {
                printed = part.substring(0, move.start());
                up = Integer.parseInt(move.group(1));
            }
            printed.lines().forEach(lines::add);
            for (int i = 0; i < up; i++) {
                lines.remove(lines.size() - 1);
            }
        }
        return lines;
    }
}
