package dev.relevo.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.config.DeployConfig.CanaryConfig.Step;
import dev.relevo.config.DeployConfig.StrategyChoice;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    private static final String SMALLEST = """
            app: clients
            image:
              repository: registry.example.com/team/clients
            """;

    @TempDir
    Path project;

    @Nested
    class A_file_with_app_and_repository_only {
        @Test
        void is_a_whole_configuration() {
            RelevoConfig config = load(SMALLEST);

            assertThat(config.app()).isEqualTo("clients");
            assertThat(config.deploy().strategy()).isEqualTo(StrategyChoice.ROLLING);
            assertThat(config.deploy().timeout()).isEqualTo(Duration.ofMinutes(5));
            assertThat(config.deploy().canary().steps())
                    .containsExactly(new Step(10, Duration.ofSeconds(30)), new Step(50, Duration.ofSeconds(30)));
            assertThat(config.image().tags()).containsExactly("{version}-{revision}");
            assertThat(config.service()).hasValueSatisfying(service -> {
                assertThat(service.containerPort()).isEqualTo(8080);
                assertThat(service.probes().readiness()).isEmpty();
                assertThat(service.autoscale()).isEmpty();
            });
            assertThat(config.verify().metrics()).isEmpty();
        }

        @Test
        void goes_to_the_local_environment_without_a_base_image() {
            RelevoConfig config = load(SMALLEST);

            assertThat(config.environment().name()).isEqualTo("local");
            assertThat(config.environment().cluster()).isEqualTo(new ClusterTarget.Local());
            assertThat(config.environment().createNamespace()).isTrue();
            assertThat(config.build().base()).isEqualTo(BuildConfig.NO_BASE);
        }
    }

    @Test
    void every_constant_that_the_schema_lists_can_be_given() {
        int constants = 0;
        for (Map.Entry<KeyPath, JsonNode> leaf : ConfigSchema.load().leaves().entrySet()) {
            for (JsonNode constant : leaf.getValue().path("enum")) {
                String key = leaf.getKey().toString();
                FlagValue flag = new FlagValue(key, constant.asText(), "--set");
                LoadedConfig loaded = load(SMALLEST, Optional.empty(), Map.of(), flag);

                assertThat(loaded.tree().at("/" + key.replace('.', '/')).asText())
                        .as(key)
                        .isEqualTo(constant.asText());
                constants++;
            }
        }
        assertThat(constants).isGreaterThan(10);
    }

    @Nested
    class Layers_above_each_other {
        private static final String FILE = SMALLEST + """
                deploy:
                  strategy: rolling
                  history: 20
                defaultEnvironment: dev
                environments:
                  dev:
                    context: dev-cluster
                    namespace: team-dev
                    deploy: {strategy: blue-green}
                  prod:
                    context: prod-cluster
                """;

        @Test
        void the_environment_section_stands_above_the_file() {
            LoadedConfig loaded = load(FILE, Optional.empty(), Map.of());

            assertThat(loaded.config().deploy().strategy()).isEqualTo(StrategyChoice.BLUE_GREEN);
            assertThat(loaded.config().deploy().history()).isEqualTo(20);
            assertThat(loaded.config().environment().cluster())
                    .isEqualTo(new ClusterTarget.Remote(Optional.empty(), Optional.of("dev-cluster")));
            assertThat(loaded.environments()).containsExactly("dev", "prod", "local");
        }

        @Test
        void a_variable_stands_above_the_section_and_a_flag_above_all() {
            Map<String, String> variables = Map.of("RELEVO_DEPLOY_STRATEGY", "canary", "RELEVO_DEPLOY_LOCK_WAIT", "0s");
            assertThat(load(FILE, Optional.empty(), variables).config().deploy().strategy())
                    .isEqualTo(StrategyChoice.CANARY);

            LoadedConfig loaded =
                    load(FILE, Optional.empty(), variables, new FlagValue("deploy.strategy", "big-bang", "--strategy"));

            assertThat(loaded.config().deploy().strategy()).isEqualTo(StrategyChoice.BIG_BANG);
            assertThat(loaded.config().deploy().lockWait()).isEqualTo(Duration.ZERO);
        }

        @Test
        void every_value_says_where_it_comes_from() {
            LoadedConfig loaded = load(
                    FILE,
                    Optional.empty(),
                    Map.of("RELEVO_PUSH_ATTEMPTS", "3"),
                    new FlagValue("namespace", "here", "--namespace"));

            assertThat(origin(loaded, "app")).isEqualTo("relevo.yaml:1");
            assertThat(origin(loaded, "deploy.history")).isEqualTo("relevo.yaml:6");
            assertThat(origin(loaded, "deploy.strategy")).isEqualTo("environment dev, relevo.yaml:12");
            assertThat(origin(loaded, "deploy.timeout")).isEqualTo("default");
            assertThat(origin(loaded, "push.attempts")).isEqualTo("variable RELEVO_PUSH_ATTEMPTS");
            assertThat(origin(loaded, "environment.namespace")).isEqualTo("flag --namespace");
            assertThat(loaded.config().environment().namespace()).isEqualTo("here");
        }

        @Test
        void the_environment_is_the_one_asked_for_else_the_variables_else_the_files() {
            Map<String, String> variable = Map.of("RELEVO_ENVIRONMENT", "prod");
            assertThat(load(FILE, Optional.empty(), Map.of())
                            .config()
                            .environment()
                            .name())
                    .isEqualTo("dev");
            assertThat(load(FILE, Optional.empty(), variable)
                            .config()
                            .environment()
                            .name())
                    .isEqualTo("prod");
            assertThat(load(FILE, Optional.of("local"), variable)
                            .config()
                            .environment()
                            .name())
                    .isEqualTo("local");
        }

        @Test
        void an_empty_value_takes_back_what_lies_below() {
            LoadedConfig loaded = load(
                    FILE.replace("deploy: {strategy: blue-green}", "deploy: {history: null}"),
                    Optional.of("dev"),
                    Map.of());

            assertThat(loaded.config().deploy().history()).isEqualTo(10);
            assertThat(origin(loaded, "deploy.history")).isEqualTo("default");
        }

        @Test
        void lists_are_read_from_variables_by_comma_or_blank() {
            LoadedConfig loaded = load(
                    FILE,
                    Optional.empty(),
                    Map.of("RELEVO_IMAGE_TAGS", "a, b", "RELEVO_TEST_COMMAND", "mvn -B verify"));

            assertThat(loaded.config().image().tags()).containsExactly("a", "b");
            assertThat(loaded.config().test().command()).containsExactly("mvn", "-B", "verify");
        }

        @Test
        void a_variable_that_is_nearly_a_setting_is_warned_about() {
            LoadedConfig loaded =
                    load(FILE, Optional.empty(), Map.of("RELEVO_DEPLOY_STRATGY", "canary", "RELEVO_HOME", "/opt"));

            assertThat(loaded.warnings())
                    .containsExactly("Variable RELEVO_DEPLOY_STRATGY is no setting and is ignored; did you mean"
                            + " RELEVO_DEPLOY_STRATEGY?");
        }
    }

    @Nested
    class What_is_wrong_is_said_with_file_line_key_value_and_expectation {
        @Test
        void all_at_once() {
            Problem problem = problem(SMALLEST + """
                            deploy:
                              stratgy: canary
                              history: ten
                              timeout: 5 minutes
                              strategy: blue-gren
                            test: [a]
                            """);

            assertThat(problem.code()).isEqualTo(ConfigError.INVALID_CONFIGURATION);
            assertThat(problem.summary())
                    .isEqualTo("relevo.yaml:5: [deploy.stratgy] is not a key; did you mean [strategy]?");
            assertThat(problem.details())
                    .containsExactly(
                            "relevo.yaml:6: [deploy.history] is [ten]; expected a whole number",
                            "relevo.yaml:7: [deploy.timeout] is [5 minutes]; expected a time such as 30s, 5m or 1h30m",
                            "relevo.yaml:8: [deploy.strategy] is [blue-gren]; expected auto, big-bang, rolling, blue-green,"
                                    + " canary; did you mean [blue-green]?",
                            "relevo.yaml:9: [test] is [[\"a\"]]; expected keys and values");
        }

        @Test
        void what_the_records_refuse_too() {
            Problem problem = problem("""
                    app: Clients
                    image: {repository: "registry.example.com/team/clients:1"}
                    deploy:
                      canary:
                        steps:
                          - {weight: 5}
                          - {weight: 500}
                    environments:
                      local:
                        namespace: My_Space
                    """);

            assertThat(problem.summary())
                    .isEqualTo("relevo.yaml:2: [image.repository] is [registry.example.com/team/clients:1]; expected"
                            + " registry and path without a tag, e.g. registry.example.com/team/clients");
            assertThat(problem.details())
                    .containsExactly(
                            "relevo.yaml:7: [deploy.canary.steps[1].weight] is [500]; expected 1 to 99 percent",
                            "relevo.yaml:10: [environment.namespace] is [My_Space]; expected lower case letters,"
                                    + " digits and dashes, at most 63 characters",
                            "relevo.yaml:1: [app] is [Clients]; expected lower case letters, digits and dashes, at"
                                    + " most 53 characters");
        }

        @Test
        void missing_keys() {
            assertThat(problem("apiVersion: relevo.dev/v1\n").details())
                    .containsExactly("relevo.yaml: [image.repository] is missing; expected registry and path without"
                            + " a tag, e.g. registry.example.com/team/clients");
        }

        @Test
        void no_file() {
            RelevoException thrown = catchThrowableOfType(
                    RelevoException.class,
                    () -> new ConfigLoader().load(project, Optional.empty(), Map.of(), List.of()));

            assertThat(thrown.problem().summary()).isEqualTo("There is no relevo.yaml in " + project.toAbsolutePath());
            assertThat(thrown.problem().remedy())
                    .hasValue("Run `relevo init` there to write one, or name the project with -C.");
        }

        @Test
        void no_yaml() {
            assertThat(problem("app: [clients\nimage: x\n").summary()).startsWith("relevo.yaml:2: not valid YAML: ");
            assertThat(problem("app: a\napp: b\n").summary())
                    .isEqualTo("relevo.yaml:2: not valid YAML: [app] is there twice, first in line 1");
            assertThat(problem("just text").summary())
                    .isEqualTo("relevo.yaml:1: not valid YAML: expected keys and values at the top");
        }

        @Test
        void an_unknown_environment() {
            write(SMALLEST + "environments: {staging: {context: s}}\n");
            assertThatThrownBy(() -> new ConfigLoader().load(project, Optional.of("stagging"), Map.of(), List.of()))
                    .hasMessageContaining("There is no environment [stagging] in relevo.yaml; did you mean [staging]?");
        }

        @Test
        void a_wrong_flag_or_variable() {
            write(SMALLEST);
            assertThatThrownBy(() -> new ConfigLoader()
                            .load(
                                    project,
                                    Optional.empty(),
                                    Map.of(),
                                    List.of(new FlagValue("deploy.strategy", "green", "--strategy"))))
                    .hasMessageContaining(
                            "flag --strategy: [deploy.strategy] is [green]; expected auto, big-bang, rolling,"
                                    + " blue-green, canary");
            assertThatThrownBy(() -> new ConfigLoader()
                            .load(project, Optional.empty(), Map.of("RELEVO_PUSH_ATTEMPTS", "0"), List.of()))
                    .hasMessageContaining("variable RELEVO_PUSH_ATTEMPTS: [push.attempts] is [0]; expected 1 to 20");
        }
    }

    @Test
    void numbers_in_maps_of_texts_stay_as_they_were_written() {
        RelevoConfig config = load(SMALLEST + "test: {env: {VERSION: 1.10, DEBUG: true}}\n");

        assertThat(config.test().env()).containsEntry("VERSION", "1.10").containsEntry("DEBUG", "true");
    }

    @Test
    void own_manifests_need_no_service_section() {
        assertThat(load(SMALLEST + "deploy: {manifests: k8s}\n").service()).isEmpty();
    }

    @Test
    void checks_get_their_usual_values() {
        RelevoConfig config = load(SMALLEST + "verify: {http: [{path: /health, port: 8081}], metrics: {}}\n");

        assertThat(config.verify().http()).singleElement().satisfies(check -> {
            assertThat(check.status()).isEqualTo(200);
            assertThat(check.port()).hasValue("8081");
        });
        assertThat(config.verify().metrics())
                .hasValueSatisfying(
                        metrics -> assertThat(metrics.maxErrorRate()).isEqualTo(0.01));
    }

    private static String origin(LoadedConfig loaded, String key) {
        return loaded.origin(KeyPath.parse(key)).orElseThrow().describe();
    }

    private RelevoConfig load(String yaml) {
        return load(yaml, Optional.empty(), Map.of()).config();
    }

    private LoadedConfig load(
            String yaml, Optional<String> environment, Map<String, String> variables, FlagValue... flags) {
        write(yaml);
        return new ConfigLoader().load(project, environment, variables, List.of(flags));
    }

    private Problem problem(String yaml) {
        write(yaml);
        return catchThrowableOfType(
                        RelevoException.class,
                        () -> new ConfigLoader().load(project, Optional.empty(), Map.of(), List.of()))
                .problem();
    }

    private void write(String yaml) {
        try {
            Files.writeString(project.resolve("relevo.yaml"), yaml);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
