package dev.relevo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cli.ci.CiLog;
import dev.relevo.cli.ci.CiLog.Command;
import dev.relevo.cli.ci.CiSystems;
import dev.relevo.cli.ci.CodePlaces;
import dev.relevo.config.ConfigError;
import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import dev.relevo.report.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CiConsoleTest {
    private static final List<String> ATTACKS = List.of(
            "::error::from outside",
            "  ::set-output name=image::evil",
            "text ##[add-path]/evil",
            "##vso[task.setvariable variable=image;isOutput=true]evil",
            "text ##vso[task.complete result=Succeeded]",
            "one\r::warning::two",
            "::stop-commands::mine");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(strings = {"github", "azure", "jenkins"})
    void what_programs_and_pods_print_is_shown_and_never_carried_out(String system) throws IOException {
        Map<String, String> variables = CiLog.variables(system, folder, folder);
        variables.keySet().removeIf(Masker::isSecretName);

        try (Console console = console(system, variables)) {
            console.emit(new Event.StepStarted("test", "clients"));
            ATTACKS.forEach(line -> console.emit(new Event.Output("maven", line)));
            ATTACKS.forEach(line -> console.emit(new Event.Info(line)));
            ATTACKS.forEach(console::line);
            console.emit(new Event.StepFinished("test", Outcome.FAILED, Duration.ofSeconds(1), ATTACKS.get(0)));
        }

        CiLog log = log(system);
        assertThat(log.commands()).isEmpty();
        assertThat(log.shown()).hasSizeGreaterThan(3 * ATTACKS.size()).anyMatch(line -> line.contains("from outside"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"github", "azure"})
    void an_error_a_warning_and_a_failed_test_name_file_and_line(String system) throws IOException {
        Path config = Files.writeString(folder.resolve("relevo.yaml"), "app: x\n");

        try (Console console = console(system, Map.of())) {
            console.emit(new Event.Warning("50 % of [it], all: gone", "look; then\nact", Optional.of("relevo.yaml:1")));
            console.emit(new Event.TestFailed("A.b", "expected 1", Optional.of("relevo.yaml:2")));
            console.failed(Problem.of(ConfigError.USAGE, "relevo.yaml:3: [a] is not a key")
                    .remedy("Correct it."));
        }

        boolean github = system.equals("github");
        assertThat(issues(system))
                .extracting(command -> command.properties().get(github ? "file" : "sourcepath"))
                .containsOnly(config.toString());
        assertThat(issues(system))
                .extracting(command -> command.properties().get(github ? "line" : "linenumber"))
                .containsExactly("1", "2", "3");
        assertThat(issues(system))
                .extracting(command ->
                        github ? command.name() : command.properties().get("type"))
                .containsExactly("warning", "error", "error");
        assertThat(issues(system).get(0).data()).isEqualTo("50 % of [it], all: gone\nlook; then\nact");
        String cause = issues(system).get(2).data();
        assertThat(github ? issues(system).get(2).properties().get("title") + ": " + cause : cause)
                .isEqualTo("RLV-106: relevo.yaml:3: [a] is not a key\nCorrect it.");
    }

    @ParameterizedTest
    @CsvSource({"github, add-mask", "azure, task.setsecret"})
    void secrets_are_named_to_the_system_that_runs_it_and_to_nobody_else(String system, String command)
            throws IOException {
        console(system, CiLog.variables(system, folder, folder)).close();
        assertThat(log(system).commands(command)).extracting(Command::data).contains("a%secret;of]ada");

        err.reset();
        console(system, Map.of("REGISTRY_PASSWORD", "a%secret;of]ada")).close();
        assertThat(text()).as("asked for with --ci elsewhere").isEmpty();
    }

    @Test
    void no_secret_leaves_in_what_is_written_for_the_system() throws IOException {
        Map<String, String> variables = CiLog.variables("github", folder, folder);
        Console console = console("github", variables);
        err.reset();
        console.emit(new Event.StepStarted("push", "a%secret;of]ada"));
        console.emit(new Event.Warning("login with a%secret;of]ada", ""));
        console.emit(new Event.Produced("image", "a%secret;of]ada"));
        console.emit(new Event.StepFinished("push", Outcome.DONE, Duration.ZERO, "a%secret;of]ada"));
        console.ended();

        assertThat(text() + Files.readString(folder.resolve("output")) + Files.readString(folder.resolve("summary")))
                .contains("login with ****")
                .doesNotContain("secret;of")
                .doesNotContain("a%25secret");
    }

    @Test
    void github_gets_values_and_a_summary_in_its_files() throws IOException {
        Console console = console("github", CiLog.variables("github", folder, folder));
        everything(console);

        assertThat(Files.readString(folder.resolve("output")))
                .containsPattern("image<<(ghadelimiter_[0-9a-f-]+)\nexample.com/a@sha256:1\n\\1\n")
                .containsPattern("release<<(ghadelimiter_[0-9a-f-]+)\n7\n\\1\n");
        assertThat(Files.readString(folder.resolve("summary"))).isEqualTo(SUMMARY);
    }

    @Test
    void azure_gets_values_as_variables_and_a_summary_as_a_file_of_its_own() throws IOException {
        Console console = console("azure", CiLog.variables("azure", folder, folder));
        everything(console);

        CiLog log = log("azure");
        assertThat(log.commands("task.setvariable"))
                .containsExactly(
                        new Command(
                                "task.setvariable",
                                Map.of("variable", "image", "isOutput", "true"),
                                "example.com/a@sha256:1"),
                        new Command("task.setvariable", Map.of("variable", "release", "isOutput", "true"), "7"));
        Path summary = Path.of(log.commands("task.uploadsummary").get(0).data());
        assertThat(summary).startsWith(folder).hasFileName("Relevo.md").hasContent(SUMMARY);
    }

    @Test
    void steps_are_groups_and_their_ends_stay_visible() throws IOException {
        Console console = console("github", Map.of());
        everything(console);
        assertThat(text().lines().map(line -> line.replaceAll("relevo-[0-9a-f-]{36}", "TOKEN")))
                .containsSubsequence(
                        "::group::test clients",
                        "::stop-commands::TOKEN",
                        "    | [INFO] building",
                        "::TOKEN::",
                        "::endgroup::",
                        "    FAILED test (1.5s): 1 of 2 tests failed");

        err.reset();
        console = console("azure", Map.of());
        everything(console);
        assertThat(text().lines())
                .containsSubsequence(
                        "##[group]test clients",
                        "    | [INFO] building",
                        "##[endgroup]",
                        "    FAILED test (1.5s): 1 of 2 tests failed");
    }

    @Test
    void steps_within_a_step_are_lines_of_its_group() throws IOException {
        Console console = console("github", Map.of());
        console.emit(new Event.StepStarted("deploy", "shop"));
        console.emit(new Event.StepStarted("deploy", "clients"));
        console.emit(new Event.StepFinished("deploy", Outcome.DONE, Duration.ofSeconds(1), "clients: release 2"));
        console.emit(new Event.StepFinished("deploy", Outcome.DONE, Duration.ofSeconds(1), "shop: release 3"));
        console.emit(new Event.StepStarted("deploy", "next"));
        console.close();

        assertThat(text()).isEqualTo("""
                ::group::deploy shop
                ==> deploy clients
                    done deploy (1.0s): clients: release 2
                ::endgroup::
                    done deploy (1.0s): shop: release 3
                ::group::deploy next
                ::endgroup::
                """);
    }

    private static final String SUMMARY = """
            ### Relevo: failed

            | step | outcome | time | result |
            | --- | --- | --- | --- |
            | test | failed | 1.5 s | 1 of 2 tests failed |
            | all | | 1.5 s | |

            - image: `example.com/a@sha256:1`
            - release: `7`

            **RLV-106** 1 of 2 &lt;b> \\| \\*

            ~~~~
            the evidence
            ~~~~

            What to do: Correct it.

            | failed test | message | where |
            | --- | --- | --- |
            | A.b | expected 1 | `ATest.java:3` |

            - warning: moves Stay.
            """;

    private static void everything(Console console) {
        console.emit(new Event.StepStarted("test", "clients"));
        console.emit(new Event.Output("maven", "[INFO] building"));
        console.emit(new Event.TestFailed("A.b", "expected 1", Optional.of("ATest.java:3")));
        console.emit(new Event.Produced("image", "example.com/a@sha256:1"));
        console.emit(new Event.Produced("release", "7"));
        console.emit(new Event.Warning("moves", "Stay."));
        console.emit(new Event.StepFinished("test", Outcome.FAILED, Duration.ofMillis(1500), "1 of 2 tests failed"));
        console.failed(Problem.of(ConfigError.USAGE, "1 of 2 <b> | *")
                .detail("the evidence")
                .remedy("Correct it."));
        console.ended();
    }

    private Console console(String system, Map<String, String> variables) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Streams streams = new Streams(stream, stream, variables, false, 80, false, folder, CalledAs.usual());
        return new CiConsole(streams, Masker.of(variables), CiSystems.of(system, variables), new CodePlaces(folder));
    }

    private List<Command> issues(String system) {
        CiLog log = log(system);
        return system.equals("azure")
                ? log.commands("task.logissue")
                : log.commands().stream()
                        .filter(command -> command.name().matches("error|warning"))
                        .toList();
    }

    private CiLog log(String system) {
        return CiLog.read(system, text());
    }

    private String text() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
