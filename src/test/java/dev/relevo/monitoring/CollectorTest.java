package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.relevo.platform.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The OpenTelemetry collectors, Loki and Tempo. Their own programs check more, where environment variables name them. */
class CollectorTest {
    private static final Path SCHEMAS = Path.of("src/test/resources/monitoring/schemas");
    private static final Stack BASE = Kustomization.BASE.stack();

    @ParameterizedTest
    @ValueSource(strings = {"collector", "log-collector"})
    void every_part_that_is_named_is_there_and_every_part_that_is_there_is_used(String name) {
        JsonNode config = YamlFile.parse(BASE.file(name, "config.yaml"));

        for (String kind : List.of("receivers", "processors", "exporters")) {
            Set<String> used = new TreeSet<>();
            config.at("/service/pipelines")
                    .forEach(pipeline -> pipeline.path(kind).forEach(part -> used.add(part.asText())));
            assertThat(used).as(kind).containsExactlyElementsOf(keys(config.path(kind)));
        }
        Set<String> extensions = new TreeSet<>();
        config.at("/service/extensions").forEach(part -> extensions.add(part.asText()));
        assertThat(extensions).containsExactlyElementsOf(keys(config.path("extensions")));
    }

    @ParameterizedTest
    @CsvSource({
        "collector, config.yaml, collector",
        "log-collector, config.yaml, collector",
        "loki, loki.yaml, loki",
        "tempo, tempo.yaml, tempo"
    })
    void every_key_is_one_that_the_documentation_lists(String map, String file, String schema) throws Exception {
        assertThat(complaints(schema, BASE.file(map, file))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "collector, config.yaml, collector, endpoint:, endpont:",
        "log-collector, config.yaml, collector, type: json_parser, type: json-parser",
        "loki, loki.yaml, loki, retention_period, retention_priod",
        "tempo, tempo.yaml, tempo, backend: local, backend: disk"
    })
    void a_misspelt_key_is_found(String map, String file, String schema, String right, String wrong) throws Exception {
        assertThat(complaints(schema, BASE.file(map, file).replace(right, wrong)))
                .isNotEmpty();
    }

    private static List<?> complaints(String schema, String text) throws IOException {
        JsonNode documented = YamlFile.parse(Files.readString(SCHEMAS.resolve(schema + ".yaml")));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(documented)
                .validate(YamlFile.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"collector", "log-collector"})
    void the_collector_takes_it(String name, @TempDir Path folder) throws Exception {
        Program collector = Program.given("RELEVO_OTELCOL");
        // Where a DaemonSet has its volume.
        Path file = Files.writeString(
                folder.resolve("config.yaml"),
                BASE.file(name, "config.yaml").replace("/var/lib/otelcol", folder.toString()));

        Program.Said said = collector.run(folder, "validate", "--config=" + file);

        assertThat(said.code()).as(said.text()).isZero();
    }

    @Test
    void loki_takes_its_configuration(@TempDir Path folder) throws Exception {
        Program loki = Program.given("RELEVO_LOKI");
        Path file = Files.writeString(folder.resolve("loki.yaml"), BASE.file("loki", "loki.yaml"));

        Program.Said said = loki.run(folder, "-verify-config", "-config.file=" + file);

        assertThat(said.code()).as(said.text()).isZero();
    }

    @Test
    void tempo_takes_its_configuration(@TempDir Path folder) throws Exception {
        Program tempo = Program.given("RELEVO_TEMPO");
        Path file = Files.writeString(folder.resolve("tempo.yaml"), BASE.file("tempo", "tempo.yaml"));

        Program.Said said = tempo.run(folder, "-config.verify=true", "-config.file=" + file);

        assertThat(said.code()).as(said.text()).isZero();
    }

    private static Set<String> keys(JsonNode object) {
        Set<String> keys = new TreeSet<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
