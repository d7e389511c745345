package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.platform.YamlFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The OpenTelemetry collectors and Loki. Their own programs check more, where environment variables name them. */
class CollectorTest {
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
    @ValueSource(strings = {"collector", "log-collector"})
    void the_collector_takes_it(String name, @TempDir Path folder) throws Exception {
        Program collector = Program.given("RELEVO_OTELCOL");
        Path file = Files.writeString(folder.resolve("config.yaml"), BASE.file(name, "config.yaml"));

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

    private static Set<String> keys(JsonNode object) {
        Set<String> keys = new TreeSet<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
