package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.platform.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What would show nothing in Grafana without an error. Grafana's own schema is checked by {@code npm test} beside the manifests. */
class DashboardsTest {
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");
    private static final Set<String> GRAFANAS_OWN =
            Set.of("__rate_interval", "__range", "__range_s", "__from", "__interval", "timeFilter");
    private static final int COLUMNS = 24;

    @ParameterizedTest
    @EnumSource(names = {"LINKERD", "HAPROXY", "SMALL"})
    void has_no_dangling_data_source(Kustomization rendered) {
        Stack stack = rendered.stack();
        Map<String, String> types = new HashMap<>();
        YamlFile.parse(stack.file("grafana-datasources", "datasources.yaml"))
                .path("datasources")
                .forEach(source -> types.put(
                        source.path("uid").asText(), source.path("type").asText()));

        stack.dashboards().forEach((file, dashboard) -> {
            List<JsonNode> sources = dashboard.findValues("datasource");
            assertThat(sources).as(file).isNotEmpty();
            assertThat(sources)
                    .as(file)
                    .allSatisfy(
                            source -> assertThat(types.get(source.path("uid").asText()))
                                    .isEqualTo(source.path("type").asText()));
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"LINKERD", "HAPROXY", "SMALL"})
    void has_no_unit_that_grafana_does_not_know(Kustomization rendered) throws IOException {
        Set<String> units =
                new HashSet<>(Files.readAllLines(Path.of("src/test/resources/monitoring/grafana-units.txt")));

        rendered.stack().dashboards().forEach((file, dashboard) -> {
            List<String> used = new ArrayList<>();
            dashboard.findValues("unit").forEach(unit -> used.add(unit.asText()));
            assertThat(used).as(file).isNotEmpty().isSubsetOf(units);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"LINKERD", "HAPROXY", "SMALL"})
    void has_no_variable_that_is_not_declared_and_none_that_nobody_uses(Kustomization rendered) {
        rendered.stack().dashboards().forEach((file, dashboard) -> {
            Set<String> declared = new TreeSet<>();
            dashboard
                    .at("/templating/list")
                    .forEach(variable -> declared.add(variable.path("name").asText()));
            Set<String> used = new TreeSet<>();
            for (String field : List.of("expr", "query")) {
                dashboard
                        .findValues(field)
                        .forEach(text -> VARIABLE.matcher(text.toString())
                                .results()
                                .map(found -> found.group(1))
                                .filter(name -> !GRAFANAS_OWN.contains(name))
                                .forEach(used::add));
            }
            assertThat(used).as(file).containsExactlyElementsOf(declared);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"LINKERD", "HAPROXY", "SMALL"})
    void has_panels_that_do_not_overlap(Kustomization rendered) {
        rendered.stack().dashboards().forEach((file, dashboard) -> {
            Set<String> taken = new HashSet<>();
            Set<Integer> ids = new HashSet<>();
            for (JsonNode panel : dashboard.path("panels")) {
                String whose = file + " " + panel.path("title").asText();
                assertThat(ids.add(panel.path("id").asInt())).as(whose).isTrue();
                JsonNode at = panel.path("gridPos");
                for (int x = at.path("x").asInt();
                        x < at.path("x").asInt() + at.path("w").asInt();
                        x++) {
                    assertThat(x).as(whose).isLessThan(COLUMNS);
                    for (int y = at.path("y").asInt();
                            y < at.path("y").asInt() + at.path("h").asInt();
                            y++) {
                        assertThat(taken.add(x + "," + y)).as(whose).isTrue();
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"LINKERD", "HAPROXY", "SMALL"})
    void is_given_to_grafana(Kustomization rendered) {
        Stack stack = rendered.stack();
        Set<String> mounted = new TreeSet<>();
        Stack.pod(stack.object("Deployment", "grafana"))
                .path("volumes")
                .forEach(volume -> volume.at("/projected/sources")
                        .forEach(source ->
                                mounted.add(source.at("/configMap/name").asText())));
        Set<String> uids = new HashSet<>();

        stack.dashboards().forEach((file, dashboard) -> {
            assertThat(mounted).contains("grafana-dashboard-" + file.replace(".json", ""));
            assertThat(uids.add(dashboard.path("uid").asText())).as(file).isTrue();
        });
    }

    @Test
    void grafana_opens_with_one_that_is_there() {
        Stack base = Kustomization.BASE.stack();
        String home = Stack.stream(
                        Stack.pod(base.object("Deployment", "grafana")).at("/containers/0/env"))
                .filter(variable -> variable.path("name").asText().equals("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"))
                .map(variable -> variable.path("value").asText())
                .findFirst()
                .orElseThrow();

        assertThat(base.dashboards()).containsKey(Path.of(home).getFileName().toString());
    }
}
