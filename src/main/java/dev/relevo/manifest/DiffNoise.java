package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Takes out of an object what the server writes and nobody desires. */
final class DiffNoise {
    private static final List<String> METADATA =
            List.of("managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink");
    private static final List<String> ANNOTATIONS =
            List.of("kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision");

    private DiffNoise() {}

    static ObjectNode removed(ObjectNode tree) {
        ObjectNode copy = tree.deepCopy();
        copy.remove("status");
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(METADATA);
            if (metadata.get("annotations") instanceof ObjectNode annotations) {
                annotations.remove(ANNOTATIONS);
                if (annotations.isEmpty()) {
                    metadata.remove("annotations");
                }
            }
        }
        JsonNode template = copy.at("/spec/template/metadata");
        if (template instanceof ObjectNode metadata
                && metadata.path("creationTimestamp").isNull()) {
            metadata.remove("creationTimestamp");
        }
        return sorted(copy);
    }

    /** Keys in a fixed order, identity first, so that the order of writing is no change. */
    private static ObjectNode sorted(ObjectNode tree) {
        ObjectNode ordered = tree.objectNode();
        for (String first : List.of("apiVersion", "kind", "metadata")) {
            if (tree.has(first)) {
                ordered.set(first, order(tree.get(first)));
            }
        }
        tree.properties().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(entry -> ordered.putIfAbsent(entry.getKey(), order(entry.getValue())));
        return ordered;
    }

    private static JsonNode order(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode ordered = object.objectNode();
            object.properties().stream()
                    .sorted(java.util.Map.Entry.comparingByKey())
                    .forEach(entry -> ordered.set(entry.getKey(), order(entry.getValue())));
            return ordered;
        }
        if (node.isArray()) {
            var ordered = ((com.fasterxml.jackson.databind.node.ArrayNode) node).arrayNode();
            node.forEach(item -> ordered.add(order(item)));
            return ordered;
        }
        return node;
    }
}
