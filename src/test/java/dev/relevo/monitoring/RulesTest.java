package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.platform.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' and Alertmanager's files in the eyes of their own tools. */
class RulesTest {
    private static final Path TESTS = Path.of("src/test/resources/monitoring");
    /** Both contain the base. */
    private static final List<Stack> STACKS = List.of(Kustomization.LINKERD.stack(), Kustomization.HAPROXY.stack());

    @TempDir
    Path folder;

    @Test
    void prometheus_takes_its_configuration_and_rules() throws Exception {
        Program promtool = Program.needed("promtool");
        LocalConfig config = new LocalConfig(folder);
        config.writePrometheus(Kustomization.BASE.stack(), "127.0.0.1:9", false);

        Program.Said said =
                promtool.run(folder, "check", "config", config.prometheus().toString());

        assertThat(said.code()).as(said.text()).isZero();
        assertThat(said.text()).contains("1 rule files found", "is valid prometheus config file syntax");
    }

    @Test
    void alertmanager_takes_its_configuration() throws Exception {
        Program amtool = Program.needed("amtool");
        LocalConfig config = new LocalConfig(folder);
        config.writeAlertmanager(Kustomization.BASE.stack(), "http://127.0.0.1:9/");

        Program.Said said =
                amtool.run(folder, "check-config", config.alertmanager().toString());

        assertThat(said.code()).as(said.text()).isZero();
        assertThat(said.text()).contains("SUCCESS", "1 templates");
    }

    @Test
    void every_alert_fires_when_it_should_and_only_then() throws Exception {
        Program promtool = Program.needed("promtool");
        for (Stack stack : STACKS) {
            for (var file : stack.rules().entrySet()) {
                Files.writeString(folder.resolve(file.getKey()), file.getValue());
            }
        }
        List<String> command = new ArrayList<>(List.of("test", "rules"));
        for (Path test : testFiles()) {
            command.add(Files.copy(test, folder.resolve(test.getFileName().toString()))
                    .toString());
        }

        Program.Said said = promtool.run(folder, command.toArray(String[]::new));

        assertThat(said.code()).as(said.text()).isZero();
    }

    @Test
    void every_alert_has_a_test_that_it_fires_and_one_that_it_does_not() throws IOException {
        Set<String> fires = new TreeSet<>();
        Set<String> doesNot = new TreeSet<>();
        for (Path test : testFiles()) {
            for (JsonNode group : YamlFile.parse(Files.readString(test)).path("tests")) {
                for (JsonNode checked : group.path("alert_rule_test")) {
                    (checked.path("exp_alerts").isEmpty() ? doesNot : fires)
                            .add(checked.path("alertname").asText());
                }
            }
        }

        assertThat(fires).containsExactlyElementsOf(alerts());
        assertThat(doesNot).containsExactlyElementsOf(alerts());
    }

    @Test
    void every_alert_leads_to_a_section_of_the_runbooks_and_every_section_is_led_to() throws IOException {
        Set<String> sections = new TreeSet<>();
        Files.readAllLines(Path.of("docs/runbooks.md")).stream()
                .filter(line -> line.startsWith("## "))
                .forEach(line -> sections.add(line.substring("## ".length())));

        assertThat(sections).containsExactlyElementsOf(alerts());
        alertRules().forEach(rule -> {
            String name = rule.path("alert").asText();
            assertThat(rule.at("/annotations/runbook_url").asText())
                    .isEqualTo("{{ $externalLabels.runbooks }}#" + name.toLowerCase(Locale.ROOT));
            assertThat(rule.at("/annotations/summary").asText()).as(name).isNotBlank();
            assertThat(rule.at("/labels/severity").asText()).as(name).isIn("page", "ticket");
        });
    }

    private static Set<String> alerts() {
        Set<String> names = new TreeSet<>();
        alertRules().forEach(rule -> names.add(rule.path("alert").asText()));
        return names;
    }

    private static Stream<JsonNode> alertRules() {
        return STACKS.stream().flatMap(stack -> stack.eachRule().stream()).filter(rule -> rule.has("alert"));
    }

    private static List<Path> testFiles() throws IOException {
        try (Stream<Path> files = Files.list(TESTS)) {
            return files.filter(file -> file.toString().endsWith(".test.yaml")).toList();
        }
    }
}
