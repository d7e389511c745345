package dev.relevo.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of all keys says what the schema says. */
class ConfigurationPageTest {
    private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\| (.*?) \\|", Pattern.MULTILINE);

    private static JsonNode definitions;

    /** From each key that holds a value to its part of the schema. */
    private static final Map<String, JsonNode> KEYS = new TreeMap<>();

    /** From each key in the first column of a table to the column of defaults. */
    private static final Map<String, String> SHOWN = new TreeMap<>();

    private static final Set<String> EXPLAINED = new TreeSet<>();

    @BeforeAll
    static void read() throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(Path.of("resources/relevo.schema.json").toFile());
        definitions = schema.path("$defs");
        collect("", schema);
        // What an environment changes of the sections is explained with these.
        definitions.path("Environment").path("properties").properties().forEach(property -> {
            if (!property.getValue().has("$ref")) {
                value(property.getKey(), property.getValue());
            }
        });
        ROW.matcher(Files.readString(Path.of("docs/configuration.md")))
                .results()
                .forEach(row -> SHOWN.put(row.group(1), row.group(2)));
    }

    private static void collect(String prefix, JsonNode object) {
        object.path("properties")
                .properties()
                .forEach(property -> value(prefix + property.getKey(), property.getValue()));
    }

    private static void value(String key, JsonNode schema) {
        JsonNode meant = resolved(schema);
        JsonNode entry = resolved(meant.path("items"));
        String shared =
                schema.path("$ref").asText(meant.path("items").path("$ref").asText(""));
        if ((meant.has("properties") || entry.has("properties")) && !shared.isEmpty() && !EXPLAINED.add(shared)) {
            // What several keys hold alike is explained with the first of them.
            KEYS.put(key, schema);
            return;
        }
        if (meant.has("properties")) {
            collect(key + ".", meant);
            return;
        }
        if (entry.has("properties")) {
            collect(key + "[].", entry);
            if (schema.path("default").isEmpty()) {
                return;
            }
        }
        KEYS.put(key, schema);
    }

    private static JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asText("");
        return reference.isEmpty() ? schema : definitions.path(reference.substring(reference.lastIndexOf('/') + 1));
    }

    @Test
    void everyKeyIsExplained() {
        assertThat(SHOWN.keySet()).containsAll(KEYS.keySet());
    }

    @Test
    void everyKeyOfGroupsIsExplainedOnTheirPage() throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(Path.of("resources/relevo-group.schema.json").toFile());
        Set<String> keys = new TreeSet<>();
        schema.path("properties").fieldNames().forEachRemaining(keys::add);
        keys.remove("members");
        schema.at("/$defs/Member/properties").fieldNames().forEachRemaining(key -> keys.add("members[]." + key));

        Set<String> shown = ROW.matcher(Files.readString(Path.of("docs/groups.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(shown).isEqualTo(keys);
    }

    @Test
    void everyExplainedKeyExists() {
        assertThat(SHOWN.keySet().stream().filter(key -> !key.equals("addons"))).isSubsetOf(KEYS.keySet());
    }

    @Test
    void everyDefaultIsTheRealOne() {
        KEYS.forEach((key, schema) -> {
            JsonNode value = schema.path("default");
            if (value.isValueNode()) {
                assertThat(SHOWN.get(key)).as(key).contains("`" + value.asText() + "`");
            }
        });
    }
}
