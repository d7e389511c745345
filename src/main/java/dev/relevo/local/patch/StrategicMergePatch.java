package dev.relevo.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.schema.Merging;
import dev.relevo.local.schema.ModelType;
import dev.relevo.local.store.ApiError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Strategic Merge Patch: a merge patch that knows which lists are keyed. Its directives are those of the Kubernetes
 * community's strategic-merge-patch.md.
 */
public final class StrategicMergePatch {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE_VALUES = "$deleteFromPrimitiveList/";

    private StrategicMergePatch() {}

    /**
     * Applies the patch to the target in place.
     *
     * @throws ApiError 400 when a directive makes no sense
     */
    public static void apply(ModelType type, ObjectNode target, ObjectNode patch) {
        switch (patch.path(DIRECTIVE).asText("merge")) {
            case "replace" -> {
                target.removeAll();
                target.setAll(content(patch));
                return;
            }
            case "delete" -> {
                target.removeAll();
                return;
            }
            case "merge" -> {}
            default ->
                throw ApiError.badRequest(
                        "Unknown patch type found: " + patch.path(DIRECTIVE).asText());
        }
        retain(target, patch);
        for (Map.Entry<String, JsonNode> entry : patch.properties()) {
            String name = entry.getKey();
            if (name.startsWith(DELETE_VALUES)) {
                deleteValues(target, name.substring(DELETE_VALUES.length()), entry.getValue());
            } else if (!name.startsWith("$")) {
                field(type.field(name), target, name, entry.getValue(), patch.path(ORDER + name));
            }
        }
        orderAlone(type, target, patch);
    }

    private static ObjectNode content(ObjectNode patch) {
        ObjectNode content = patch.deepCopy();
        List<String> directives = new ArrayList<>();
        content.fieldNames().forEachRemaining(name -> {
            if (name.startsWith("$")) {
                directives.add(name);
            }
        });
        return content.remove(directives);
    }

    private static void retain(ObjectNode target, ObjectNode patch) {
        JsonNode retained = patch.path(RETAIN_KEYS);
        if (retained.isArray()) {
            Set<String> names = new HashSet<>();
            retained.forEach(name -> names.add(name.asText()));
            target.retain(names);
        }
    }

    private static void deleteValues(ObjectNode target, String list, JsonNode values) {
        if (target.get(list) instanceof ArrayNode present) {
            Set<JsonNode> gone = new HashSet<>();
            values.forEach(gone::add);
            for (int i = present.size() - 1; i >= 0; i--) {
                if (gone.contains(present.get(i))) {
                    present.remove(i);
                }
            }
        }
    }

    private static void field(ModelType.Field field, ObjectNode target, String name, JsonNode value, JsonNode order) {
        Merging merging = field.merging();
        if (value.isNull()) {
            target.remove(name);
        } else if (value instanceof ObjectNode patch) {
            object(field, target, name, patch);
        } else if (value instanceof ArrayNode items && merging.strategic()) {
            ArrayNode present = target.get(name) instanceof ArrayNode old ? old : JsonNodeFactory.instance.arrayNode();
            target.set(
                    name,
                    merging.patchKey().isPresent()
                            ? keyed(field.type().items(), merging.patchKey().get(), present, items, order)
                            : values(present, items, order));
        } else {
            target.set(name, value.deepCopy());
        }
    }

    private static void object(ModelType.Field field, ObjectNode target, String name, ObjectNode patch) {
        if (patch.path(DIRECTIVE).asText("").equals("delete")) {
            target.remove(name);
            return;
        }
        ObjectNode into = target.get(name) instanceof ObjectNode present ? present : target.putObject(name);
        apply(field.type(), into, patch);
    }

    /** An order may come without a change of the list that it orders. */
    private static void orderAlone(ModelType type, ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> entry : patch.properties()) {
            if (!entry.getKey().startsWith(ORDER)) {
                continue;
            }
            String name = entry.getKey().substring(ORDER.length());
            if (!patch.has(name) && target.get(name) instanceof ArrayNode present) {
                field(type.field(name), target, name, JsonNodeFactory.instance.arrayNode(), entry.getValue());
                if (!target.has(name)) {
                    target.set(name, present);
                }
            }
        }
    }

    private static ArrayNode keyed(ModelType type, String key, ArrayNode present, ArrayNode patch, JsonNode order) {
        Map<String, JsonNode> server = byKey(key, present);
        Map<String, JsonNode> merged = new LinkedHashMap<>(server);
        boolean replace = false;
        for (JsonNode item : patch) {
            replace |= item.size() == 1 && item.path(DIRECTIVE).asText("").equals("replace");
        }
        if (replace) {
            merged.clear();
        }
        for (JsonNode item : patch) {
            String directive = item.path(DIRECTIVE).asText("");
            if (directive.equals("replace") && item.size() == 1) {
                continue;
            }
            if (!item.has(key)) {
                throw ApiError.badRequest("map: " + item + " does not contain declared merge key: " + key);
            }
            String value = item.path(key).asText();
            if (directive.equals("delete")) {
                merged.remove(value);
            } else if (merged.get(value) instanceof ObjectNode old && item instanceof ObjectNode change) {
                ObjectNode copy = old.deepCopy();
                apply(type, copy, change);
                merged.put(value, copy);
            } else if (item instanceof ObjectNode fresh) {
                ObjectNode made = JsonNodeFactory.instance.objectNode();
                apply(type, made, fresh);
                merged.put(value, made);
            }
        }
        return ordered(merged, server, order.isArray() ? order : patch, key);
    }

    private static Map<String, JsonNode> byKey(String key, ArrayNode items) {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        for (JsonNode item : items) {
            String value = item.path(key).asText();
            found.put(found.containsKey(value) ? value + "\0" + found.size() : value, item);
        }
        return found;
    }

    private static ArrayNode ordered(
            Map<String, JsonNode> merged, Map<String, JsonNode> server, JsonNode order, String key) {
        List<String> wanted = new ArrayList<>();
        for (JsonNode item : order) {
            String value = item.path(key).asText();
            if (merged.containsKey(value)) {
                wanted.add(value);
            }
        }
        List<String> present = new ArrayList<>(server.keySet());
        present.retainAll(merged.keySet());
        List<String> names = ItemOrder.combine(present, wanted);
        merged.keySet().stream().filter(name -> !names.contains(name)).forEach(names::add);
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        names.forEach(name -> result.add(merged.get(name)));
        return result;
    }

    private static ArrayNode values(ArrayNode present, ArrayNode patch, JsonNode order) {
        Map<String, JsonNode> server = new LinkedHashMap<>();
        present.forEach(value -> server.put(value.toString(), value));
        Map<String, JsonNode> merged = new LinkedHashMap<>(server);
        patch.forEach(value -> merged.put(value.toString(), value));
        List<String> wanted = new ArrayList<>();
        (order.isArray() ? order : patch).forEach(value -> wanted.add(value.toString()));
        wanted.retainAll(merged.keySet());
        List<String> names = ItemOrder.combine(server.keySet(), wanted);
        merged.keySet().stream().filter(name -> !names.contains(name)).forEach(names::add);
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        names.forEach(name -> result.add(merged.get(name)));
        return result;
    }
}
