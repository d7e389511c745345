package dev.relevo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cli.command.CommandRun;
import dev.relevo.cli.console.CalledAs;
import dev.relevo.cli.console.Streams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static final String FILE = """
            app: clients
            image: {repository: registry.example.com/team/clients}
            deploy: {strategy: canary}
            """;

    @TempDir
    Path project;

    private final Map<String, String> variables = new HashMap<>(Map.of("PATH", "/usr/bin:/bin"));

    private boolean outTerminal;
    private CalledAs called = CalledAs.usual();

    @Test
    void help_goes_to_stdout_and_names_every_command() {
        Run run = relevo("--help");

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Usage: relevo").contains("config", "init", "doctor", "completion");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "test",
                "build",
                "push",
                "configmap",
                "deploy",
                "plan",
                "status",
                "history",
                "rollback",
                "promote",
                "pause",
                "resume",
                "abort",
                "rbac",
                "kubeconfig",
                "doctor"
            })
    void every_command_has_help_of_its_own(String command) {
        Run run = relevo(command, "--help");

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Usage: relevo " + command).contains("--environment");
    }

    @Test
    void a_mistyped_command_is_a_usage_error_with_a_suggestion() {
        Run run = relevo("confg", "explain");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("""
                        error RLV-106: There is no command [confg]; did you mean [config]?
                        what to do: Run `relevo --help`.
                        see docs/errors.md#rlv-106
                        """);
    }

    @Test
    void an_environment_or_a_folder_may_be_named_like_a_command() throws IOException {
        write(FILE + "environments: {test: {namespace: team-test}}\n");

        Run before = relevo("-C", project.toString(), "-e", "test", "config", "explain", "--json");
        Run behind = relevo("config", "explain", "--json", "-e", "test", "-C", project.toString());
        Run mistyped = relevo("depoly", "-e", "test");
        Run help = relevo("-C", "run", "--help");

        assertThat(before.out()).contains("team-test");
        assertThat(behind).isEqualTo(before);
        assertThat(mistyped.err()).contains("There is no command [depoly]; did you mean [deploy]?");
        assertThat(help.out()).isEqualTo(relevo("--help").out()).contains("  rollback ");
    }

    @Test
    void hints_name_the_program_as_the_user_has_called_it() {
        called = new CalledAs("../my checkout/relevo");

        assertThat(relevo("confg").err()).contains("what to do: Run `'../my checkout/relevo' --help`.");
        assertThat(relevo("config", "explain").err())
                .contains("what to do: Run `'../my checkout/relevo' init` there to write one");
        assertThat(relevo("config", "explain", "--json").out())
                .contains("\"remedy\" : \"Run `'../my checkout/relevo' init` there");
    }

    @Test
    void options_may_stand_before_and_behind_the_command() throws IOException {
        write(FILE);

        Run before = relevo("-C", project.toString(), "config", "explain", "deploy.strategy");
        Run behind = relevo("config", "explain", "deploy.strategy", "-C", project.toString());

        assertThat(before.out()).isEqualTo("""
                        KEY              VALUE   FROM
                        deploy.strategy  canary  relevo.yaml:3
                        """);
        assertThat(behind).isEqualTo(before);
    }

    @Test
    void a_problem_is_told_with_its_root_cause_first_and_as_json_on_request() throws IOException {
        write(FILE + "stratgy: rolling\n");

        Run run = relevo("config", "explain", "--json", "-C", project.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("error RLV-103: relevo.yaml:4: [stratgy] is not a key");
        assertThat(run.out()).contains("\"code\" : \"RLV-103\"").contains("\"exitCode\" : 2");
    }

    @Test
    void a_ci_is_known_by_its_variables_unless_another_one_is_named() throws IOException {
        write("app: x\nstratgy: rolling\n");
        String[] words = {"-C", project.toString(), "config", "explain"};
        String plain = relevo(words).err();

        variables.put("GITHUB_ACTIONS", "true");
        String github = relevo(words).err();
        assertThat(github)
                .contains("::error title=RLV-103,file=" + project.resolve("relevo.yaml") + ",line=2::relevo.yaml:2: ");
        variables.put("RELEVO_CI", "azure");
        String azure = relevo(words).err();
        assertThat(azure)
                .contains("##vso[task.logissue type=error;sourcepath=" + project.resolve("relevo.yaml")
                        + ";linenumber=2;]RLV-103: ");
        assertThat(relevo("-C", project.toString(), "config", "explain", "--ci", "none")
                        .err())
                .isEqualTo(plain);

        variables.put("RELEVO_CI", "gihub");
        assertThat(relevo("config", "schema").err())
                .startsWith("error RLV-106: RELEVO_CI is [gihub]; expected auto, jenkins, azure, github, none;"
                        + " did you mean [github]?");
        Run mistyped = relevo("config", "schema", "--ci", "githb");
        assertThat(mistyped.status()).isEqualTo(2);
        assertThat(mistyped.out()).isEmpty();
        assertThat(mistyped.err()).startsWith("error RLV-106: --ci is [githb]; expected auto");
    }

    @Test
    void arguments_of_a_ci_come_as_json_and_meet_no_shell() throws IOException {
        write(FILE + "environments: {\"x'; rm -rf $HOME #\": {namespace: team}}\n");
        variables.put("RELEVO_ARGS", """
                {"directory": "%s", "environment": "x'; rm -rf $HOME #", "set": {"deploy.strategy": "blue-green"}}
                """.formatted(project));

        Run run = relevo("config", "explain", "deploy.strategy");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("blue-green  flag --set deploy.strategy=blue-green");
    }

    @Test
    void an_unknown_argument_of_a_ci_is_refused() {
        variables.put("RELEVO_ARGS", "{\"enviroment\": \"dev\"}");

        assertThat(relevo("config", "explain").err())
                .startsWith("error RLV-106: RELEVO_ARGS knows no argument [enviroment]; did you mean [environment]?");
    }

    @Test
    void a_library_of_another_version_is_refused() {
        variables.put("RELEVO_LIBRARY_VERSION", "0.0.1");

        Run run = relevo("config", "schema");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("error RLV-903: The calling library has version 0.0.1, the engine ");
    }

    @Test
    void secrets_of_the_environment_are_masked_wherever_they_would_be_printed() throws IOException {
        Path file = Files.writeString(project.resolve("token"), "t0p-s3cret-file\n");
        variables.put("REGISTRY_PASSWORD", "hunter2hunter2");
        variables.put("DEPLOY_TOKEN_FILE", file.toString());
        write(FILE + "test: {env: {A: hunter2hunter2, B: x-t0p-s3cret-file, DB_PASSWORD: other}}\n");

        Run run = relevo("config", "explain", "test.env", "-C", project.toString());

        assertThat(run.out())
                .doesNotContain("hunter2", "t0p-s3cret", "other")
                .contains("test.env.A            ****")
                .contains("test.env.B            x-****")
                .contains("test.env.DB_PASSWORD  ****");
    }

    @Test
    void init_writes_a_file_that_is_valid_and_fits_the_project() throws IOException {
        Files.writeString(project.resolve("pom.xml"), """
                <project><parent><artifactId>parent</artifactId></parent>
                <artifactId>Client_Service</artifactId>
                <dependencies><dependency><artifactId>micronaut-management</artifactId></dependency></dependencies>
                </project>
                """);

        Run run = relevo("init", "-C", project.toString());

        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo(project.resolve("relevo.yaml") + "\n");
        assertThat(project.resolve("relevo.yaml"))
                .content()
                .startsWith("# yaml-language-server: $schema=.relevo/relevo.schema.json\n")
                .contains("app: client-service\n", "readiness: /health/readiness");
        assertThat(relevo("config", "explain", "service.probes.readiness", "-C", project.toString())
                        .out())
                .contains("/health/readiness");
    }

    @Test
    void an_editor_finds_the_schema_that_the_first_line_names() throws IOException {
        Run init = relevo("init", "-C", project.toString());

        assertThat(init.status()).as(init.err()).isZero();
        Path schema = project.resolve(".relevo/relevo.schema.json");
        assertThat(schema).hasContent(relevo("config", "schema").out());
        assertThat(project.resolve(".relevo/.gitignore")).hasContent("*");

        Files.delete(schema);
        assertThat(relevo("config", "explain", "app", "-C", project.toString()).status())
                .isZero();
        assertThat(schema)
                .as("in a fresh clone, after any command that reads relevo.yaml")
                .exists();
    }

    @Test
    void the_samples_first_line_names_the_schema_of_the_checkout() throws IOException {
        Path file = Path.of("sample-service", "relevo.yaml");
        String first = Files.readAllLines(file).get(0);

        assertThat(first).startsWith("# yaml-language-server: $schema=");
        assertThat(file.resolveSibling(first.substring(first.indexOf('=') + 1)))
                .hasContent(relevo("config", "schema").out());
    }

    @Test
    void long_values_are_wrapped_on_a_terminal_and_whole_elsewhere() throws IOException {
        String value = "[" + "-XX:+UseSerialGC, ".repeat(20) + "-Xmx160m]";
        write(FILE + "build: {jvmFlags: " + value + "}\n");
        String[] words = {"config", "explain", "-C", project.toString()};

        assertThat(relevo(words).out().lines()).anyMatch(line -> line.length() > 300);

        outTerminal = true;
        Run narrow = relevo(words);
        assertThat(narrow.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(narrow.out().replaceAll("\\s+", "")).contains("\"-XX:+UseSerialGC\",\"-Xmx160m\"]");
        assertThat(narrow.out()).containsPattern("deploy.strategy +canary +relevo.yaml:3");
        assertThat(relevo("config", "explain", "build.jvmFlags", "--json", "-C", project.toString())
                        .out()
                        .lines())
                .anyMatch(line -> line.length() > 300);
    }

    @Test
    void init_overwrites_nothing_unless_told_to() throws IOException {
        write("mine: yes\n");

        Run run = relevo("init", "-C", project.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("error RLV-105: ").contains("--force");
        assertThat(project.resolve("relevo.yaml")).hasContent("mine: yes\n");
        assertThat(relevo("init", "--force", "-C", project.toString()).status()).isZero();
    }

    @Test
    void doctor_ends_with_9_and_says_what_to_do() throws IOException {
        write("app: clients\n");
        variables.put("PATH", "/nonexistent");

        Run run = relevo("doctor", "-C", project.toString());

        assertThat(run.status()).isEqualTo(9);
        assertThat(run.out())
                .containsPattern("git +problem +not on the PATH")
                .contains("git: what to do: Install git.")
                .containsPattern("relevo.yaml +problem +relevo.yaml: \\[image.repository\\] is missing");
    }

    @Test
    void completion_scripts_know_the_commands() {
        assertThat(relevo("completion", "bash").out())
                .contains("complete -F _complete_relevo")
                .contains("explain");
        assertThat(relevo("completion", "zsh").out())
                .startsWith("#compdef relevo")
                .contains("bashcompinit");
    }

    @Test
    void the_version_is_the_builds() {
        assertThat(relevo("--version").out()).matches("(?s)relevo [0-9]+\\.[0-9]+\\.[0-9]+.*Java 1?[0-9].*");
    }

    private void write(String yaml) throws IOException {
        Files.writeString(project.resolve("relevo.yaml"), yaml);
    }

    private Run relevo(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams = new Streams(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                variables,
                false,
                80,
                outTerminal,
                project,
                called);
        int status = new CommandRun(streams).execute(words);
        return new Run(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private record Run(int status, String out, String err) {}
}
