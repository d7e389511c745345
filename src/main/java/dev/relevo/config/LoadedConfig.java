package dev.relevo.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A project's effective configuration and where each value of it was said.
 *
 * @param file the relevo.yaml that was read
 * @param config the records
 * @param tree the same as a tree, with the chosen environment's own keys below {@code environment}
 * @param origins who said what, by key
 * @param environments the names of the environments there are
 * @param warnings what was ignored, a sentence each
 */
public record LoadedConfig(
        Path file,
        RelevoConfig config,
        ObjectNode tree,
        Map<KeyPath, Origin> origins,
        List<String> environments,
        List<String> warnings) {
    private static final List<String> SECTIONS = Arrays.stream(RelevoConfig.class.getRecordComponents())
            .map(RecordComponent::getName)
            .toList();

    public LoadedConfig {
        origins = Map.copyOf(origins);
        environments = List.copyOf(environments);
        warnings = List.copyOf(warnings);
    }

    /**
     * One effective value.
     *
     * @param value as JSON, texts without quotes
     */
    public record Value(KeyPath key, String value, Origin origin) {}

    /** Every effective value in the order of the schema's sections. */
    public List<Value> values() {
        List<Value> values = new ArrayList<>();
        collect(tree, KeyPath.ROOT, values);
        values.sort(Comparator.comparingInt(
                value -> SECTIONS.indexOf(value.key().segments().get(0))));
        return values;
    }

    /** Who said the value at a key, or the nearest enclosing one. */
    public Optional<Origin> origin(KeyPath key) {
        for (KeyPath at = key; !at.isRoot(); at = at.parent()) {
            Origin origin = origins.get(at);
            if (origin != null) {
                return Optional.of(origin);
            }
        }
        return Optional.empty();
    }

    private void collect(JsonNode node, KeyPath path, List<Value> values) {
        if (node instanceof ObjectNode object && !object.isEmpty()) {
            object.properties().forEach(entry -> collect(entry.getValue(), path.child(entry.getKey()), values));
        } else {
            values.add(new Value(
                    path,
                    node.isTextual() ? node.asText() : node.toString(),
                    origin(path).orElse(new Origin.Default(""))));
        }
    }
}
