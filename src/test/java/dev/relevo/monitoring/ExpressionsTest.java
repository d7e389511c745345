package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.platform.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every expression in rules and dashboards. The lists of metrics are in {@code src/test/resources/monitoring/metrics}. */
class ExpressionsTest {
    private static final Path LISTS = Path.of("src/test/resources/monitoring/metrics");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), \\w+\\)");
    private static final Pattern SELECTOR = Pattern.compile("^\\{([^}]*)}");
    private static final Pattern LABEL = Pattern.compile("(\\w+)(?:=~|!~|!=|=)\"");

    @ParameterizedTest
    @EnumSource(names = {"LINKERD", "HAPROXY"})
    void parses(Kustomization rendered, @TempDir Path files) throws Exception {
        Program promtool = Program.needed("promtool");
        List<Map<String, String>> rules = new ArrayList<>();
        promQl(rendered.stack())
                .values()
                .forEach(expression -> rules.add(Map.of("record", "expression:" + rules.size(), "expr", expression)));
        Path file = files.resolve("expressions.yaml");
        new ObjectMapper().writeValue(file.toFile(), Map.of("groups", List.of(Map.of("name", "all", "rules", rules))));

        Program.Said said = promtool.run(files, "check", "rules", file.toString());

        assertThat(said.code()).as(said.text()).isZero();
        assertThat(said.text()).contains(rules.size() + " rules found");
    }

    @ParameterizedTest
    @EnumSource(names = {"LINKERD", "HAPROXY"})
    void names_metrics_that_somebody_gives(Kustomization rendered) throws IOException {
        Stack stack = rendered.stack();
        Set<String> known = known();
        stack.eachRule().forEach(rule -> known.add(rule.path("record").asText("")));

        promQl(stack)
                .forEach((where, expression) -> assertThat(PromQl.metrics(expression))
                        .as(where)
                        .isNotEmpty()
                        .isSubsetOf(known));
    }

    @ParameterizedTest
    @EnumSource(names = "BASE")
    void asks_loki_for_labels_that_it_has(Kustomization rendered) {
        Stack stack = rendered.stack();
        Set<String> labels = new TreeSet<>();
        for (JsonNode config : YamlFile.parse(stack.file("loki", "loki.yaml"))
                .at("/limits_config/otlp_config/resource_attributes/attributes_config")) {
            config.path("attributes").forEach(name -> labels.add(name.asText().replace('.', '_')));
        }

        Map<String, String> logQl = ofTargets(stack, "loki");

        assertThat(logQl).isNotEmpty();
        logQl.forEach((where, expression) -> {
            Matcher selector = SELECTOR.matcher(expression);
            assertThat(selector.find()).as(where).isTrue();
            Set<String> used = new TreeSet<>();
            LABEL.matcher(selector.group(1)).results().forEach(found -> used.add(found.group(1)));
            assertThat(used).as(where).isNotEmpty().isSubsetOf(labels);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            sum by (a, b) (rate(up{c="d", e=~"f|g"}[5m])) ; up
            max_over_time(a:b[1d:5m]) unless on (c) d offset 15m ; a:b d
            (a and on (x) group_left (y) b) / 2 > bool 0.5 ; a b
            label_replace(a, "x", "$1", "y", "(.+)-z") or vector(0) ; a
            """)
    void metrics_are_found_in(String expression, String names) {
        assertThat(PromQl.metrics(expression)).containsExactly(names.split(" ", -1));
    }

    @Test
    void every_list_says_where_it_is_from() throws IOException {
        for (Path list : lists()) {
            assertThat(Files.readAllLines(list).get(0)).as(list.toString()).startsWith("# ");
        }
    }

    private static Set<String> known() throws IOException {
        Set<String> names = new TreeSet<>(Set.of("up"));
        for (Path list : lists()) {
            Files.readAllLines(list).stream()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(names::add);
        }
        return names;
    }

    private static List<Path> lists() throws IOException {
        try (Stream<Path> files = Files.list(LISTS)) {
            return files.sorted().toList();
        }
    }

    /** Every PromQL expression by where it is, variables replaced. */
    private static Map<String, String> promQl(Stack stack) {
        Map<String, String> found = ofTargets(stack, "prometheus");
        stack.dashboards().forEach((file, dashboard) -> {
            dashboard
                    .at("/annotations/list")
                    .forEach(annotation -> add(found, file + " annotation", annotation.at("/target/expr")));
            dashboard.at("/templating/list").forEach(variable -> {
                String name = variable.path("name").asText();
                Matcher query = LABEL_VALUES.matcher(variable.at("/query/query").asText());
                assertThat(query.matches()).as(file + " variable " + name).isTrue();
                found.put(file + " variable " + name, PromQl.withValues(query.group(1)));
            });
        });
        stack.eachRule()
                .forEach(rule -> add(
                        found,
                        "rule " + rule.path("record").asText(rule.path("alert").asText()),
                        rule.path("expr")));
        return found;
    }

    private static Map<String, String> ofTargets(Stack stack, String type) {
        Map<String, String> found = new TreeMap<>();
        stack.dashboards()
                .forEach((file, dashboard) -> dashboard
                        .path("panels")
                        .forEach(panel -> panel.path("targets").forEach(target -> {
                            if (target.at("/datasource/type").asText().equals(type)) {
                                add(
                                        found,
                                        file + " " + panel.path("title").asText() + " "
                                                + target.path("refId").asText(),
                                        target.path("expr"));
                            }
                        })));
        return found;
    }

    private static void add(Map<String, String> to, String where, JsonNode expression) {
        to.put(where, PromQl.withValues(expression.asText()));
    }
}
