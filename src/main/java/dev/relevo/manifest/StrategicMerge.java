package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * Kubernetes' strategic merge patch: objects are merged, lists of the built-in kinds are merged by their key, other lists are
 * replaced. Understands {@code $patch: delete|replace|merge} and null.
 */
final class StrategicMerge {
    private static final String DIRECTIVE = "$patch";

    /** The merge keys of the built-in types' lists, in the order in which they are tried. */
    private static final Map<String, List<String>> KEYS = Map.ofEntries(
            Map.entry("containers", List.of("name")),
            Map.entry("initContainers", List.of("name")),
            Map.entry("ephemeralContainers", List.of("name")),
            Map.entry("env", List.of("name")),
            Map.entry("volumes", List.of("name")),
            Map.entry("volumeMounts", List.of("mountPath")),
            Map.entry("volumeDevices", List.of("devicePath")),
            Map.entry("imagePullSecrets", List.of("name")),
            Map.entry("ports", List.of("containerPort", "port")),
            Map.entry("hostAliases", List.of("ip")),
            Map.entry("topologySpreadConstraints", List.of("topologyKey")),
            Map.entry("conditions", List.of("type")),
            Map.entry("ownerReferences", List.of("uid")),
            Map.entry("secrets", List.of("name")));

    private StrategicMerge() {}

    /** The object with the patch applied; neither argument is changed. */
    static ObjectNode apply(ObjectNode object, ObjectNode patch) {
        ObjectNode merged = object.deepCopy();
        patch.properties().forEach(entry -> {
            String field = entry.getKey();
            JsonNode change = entry.getValue();
            JsonNode now = merged.get(field);
            if (field.equals(DIRECTIVE)) {
                return;
            }
            if (change.isNull()) {
                merged.remove(field);
            } else if (change instanceof ObjectNode changes) {
                object(merged, field, now, changes);
            } else if (change instanceof ArrayNode items
                    && KEYS.containsKey(field)
                    && items.size() > 0
                    && items.get(0).isObject()) {
                merged.set(field, list(now instanceof ArrayNode array ? array : merged.arrayNode(), items, field));
            } else {
                merged.set(field, change.deepCopy());
            }
        });
        return merged;
    }

    private static void object(
            ObjectNode parent, String field, @org.jspecify.annotations.Nullable JsonNode now, ObjectNode changes) {
        switch (changes.path(DIRECTIVE).asText("merge")) {
            case "delete" -> parent.remove(field);
            case "replace" -> parent.set(field, apply(parent.objectNode(), changes));
            default ->
                parent.set(field, apply(now instanceof ObjectNode object ? object : parent.objectNode(), changes));
        }
    }

    /** What the patch names comes first, in the patch's order, then the rest: so kustomize orders them. */
    private static ArrayNode list(ArrayNode now, ArrayNode changes, String field) {
        ArrayNode rest = now.deepCopy();
        for (JsonNode change : changes) {
            if (change.path(DIRECTIVE).asText().equals("replace")) {
                rest.removeAll();
            }
        }
        ArrayNode merged = now.arrayNode();
        for (JsonNode change : changes) {
            if (!(change instanceof ObjectNode item)) {
                merged.add(change.deepCopy());
                continue;
            }
            String directive = item.path(DIRECTIVE).asText();
            if (directive.equals("replace")) {
                continue;
            }
            int at = indexOf(rest, item, field);
            JsonNode known = at >= 0 ? rest.remove(at) : rest.objectNode();
            if (!directive.equals("delete")) {
                merged.add(apply((ObjectNode) known, item));
            }
        }
        return merged.addAll(rest);
    }

    private static int indexOf(ArrayNode list, ObjectNode item, String field) {
        for (String key : KEYS.getOrDefault(field, List.of())) {
            if (item.has(key)) {
                for (int i = 0; i < list.size(); i++) {
                    if (list.get(i).path(key).equals(item.get(key))) {
                        return i;
                    }
                }
                return -1;
            }
        }
        return -1;
    }
}
