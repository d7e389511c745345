package dev.relevo.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * One tree out of several, the later ones above the earlier: keys and values are merged, lists replaced, and a null takes back
 * what lies below. Every value that is not a map of keys remembers who said it.
 */
final class Layers {
    private final ObjectNode merged = JsonNodeFactory.instance.objectNode();
    private final Map<KeyPath, Origin> origins = new LinkedHashMap<>();
    private final ObjectNode assumed;
    private final Map<KeyPath, Origin> assumedOrigins = new LinkedHashMap<>();

    /** Starts from what is assumed; a null in a layer brings this back. */
    Layers(ObjectNode assumed) {
        this.assumed = assumed;
        record(assumed, KeyPath.ROOT, path -> new Origin.Default(""), assumedOrigins);
        add(assumed, path -> new Origin.Default(""));
    }

    void add(ObjectNode layer, Function<KeyPath, Origin> origin) {
        merge(merged, layer, KeyPath.ROOT, origin);
    }

    /** Puts a single value on top. */
    void set(KeyPath path, JsonNode value, Origin origin) {
        ObjectNode layer = JsonNodeFactory.instance.objectNode();
        ObjectNode at = layer;
        for (String segment : path.parent().segments()) {
            at = at.putObject(segment);
        }
        at.set(path.last(), value);
        add(layer, any -> origin);
    }

    /**
     * Adds what a section or list entry that is there leaves out.
     *
     * @param pattern dotted, {@code []} for every entry of a list
     */
    void fill(String pattern, ObjectNode assumptions) {
        fill(merged, KeyPath.ROOT, pattern.split("\\.", -1), 0, assumptions);
    }

    ObjectNode merged() {
        return merged;
    }

    Map<KeyPath, Origin> origins() {
        return origins;
    }

    private void fill(JsonNode at, KeyPath path, String[] pattern, int depth, ObjectNode assumptions) {
        if (depth == pattern.length) {
            if (at instanceof ObjectNode object) {
                complete(object, path, assumptions);
            }
            return;
        }
        String segment = pattern[depth];
        if (!segment.endsWith("[]")) {
            fill(at.path(segment), path.child(segment), pattern, depth + 1, assumptions);
            return;
        }
        String key = segment.substring(0, segment.length() - 2);
        if (at.path(key) instanceof ArrayNode entries) {
            for (int i = 0; i < entries.size(); i++) {
                fill(entries.get(i), path.child(key).index(i), pattern, depth + 1, assumptions);
            }
        }
    }

    private void complete(ObjectNode object, KeyPath path, ObjectNode assumptions) {
        for (Map.Entry<String, JsonNode> entry : assumptions.properties()) {
            JsonNode there = object.get(entry.getKey());
            if (there == null) {
                object.set(entry.getKey(), entry.getValue().deepCopy());
                record(entry.getValue(), path.child(entry.getKey()), any -> new Origin.Default(""), origins);
            } else if (there instanceof ObjectNode inner && entry.getValue() instanceof ObjectNode more) {
                complete(inner, path.child(entry.getKey()), more);
            }
        }
    }

    private void merge(ObjectNode below, ObjectNode above, KeyPath path, Function<KeyPath, Origin> origin) {
        for (Map.Entry<String, JsonNode> entry : above.properties()) {
            KeyPath child = path.child(entry.getKey());
            JsonNode value = entry.getValue();
            if (value.isNull()) {
                takeBack(below, entry.getKey(), child);
            } else if (value instanceof ObjectNode object) {
                ObjectNode target =
                        below.get(entry.getKey()) instanceof ObjectNode there ? there : below.putObject(entry.getKey());
                origins.remove(child);
                if (object.isEmpty() && target.isEmpty()) {
                    origins.put(child, origin.apply(child));
                }
                merge(target, object, child, origin);
            } else {
                forget(child);
                below.set(entry.getKey(), value.deepCopy());
                origins.put(child, origin.apply(child));
            }
        }
    }

    private void takeBack(ObjectNode below, String key, KeyPath path) {
        forget(path);
        JsonNode back = assumed;
        for (String segment : path.segments()) {
            back = back.path(segment);
        }
        if (back.isMissingNode()) {
            below.remove(key);
            return;
        }
        below.set(key, back.deepCopy());
        assumedOrigins.forEach((known, origin) -> {
            if (isWithin(known, path)) {
                origins.put(known, origin);
            }
        });
    }

    private void forget(KeyPath path) {
        origins.keySet().removeIf(known -> isWithin(known, path));
    }

    private static boolean isWithin(KeyPath inner, KeyPath outer) {
        return inner.segments().size() >= outer.segments().size()
                && inner.segments().subList(0, outer.segments().size()).equals(outer.segments());
    }

    private static void record(
            JsonNode value, KeyPath path, Function<KeyPath, Origin> origin, Map<KeyPath, Origin> into) {
        if (value instanceof ObjectNode object && !object.isEmpty()) {
            object.properties().forEach(entry -> record(entry.getValue(), path.child(entry.getKey()), origin, into));
        } else {
            into.put(path, origin.apply(path));
        }
    }
}
