package dev.relevo.local.patch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.schema.ModelType;
import java.util.Set;

/**
 * The configuration that {@code kubectl apply} left in an annotation. When the same kubectl goes over to server-side apply,
 * what it stated there is its own, although another manager is recorded for it.
 */
final class LastApplied {
    private static final String MANAGER = "kubectl";
    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    private static final ObjectMapper JSON = new ObjectMapper();

    private LastApplied() {}

    /** The fields that the manager may take without force. */
    static Set<FieldPath> allowed(ModelType type, ObjectNode live, String manager) {
        if (!manager.equals(MANAGER)) {
            return Set.of();
        }
        try {
            JsonNode configuration = JSON.readTree(annotation(live).asText(""));
            return configuration instanceof ObjectNode object ? FieldSets.of(type, object) : Set.of();
        } catch (JsonProcessingException e) {
            return Set.of();
        }
    }

    /** Keeps the annotation true for a kubectl that returns to the client's way; an object without one gets none. */
    static void update(ObjectNode after, ObjectNode configuration, String manager) {
        if (manager.equals(MANAGER) && annotation(after).isTextual()) {
            ObjectNode stated = configuration.deepCopy();
            if (stated.path("metadata").path("annotations") instanceof ObjectNode annotations) {
                annotations.remove(ANNOTATION);
            }
            after.withObjectProperty("metadata")
                    .withObjectProperty("annotations")
                    .put(ANNOTATION, stated + "\n");
        }
    }

    private static JsonNode annotation(ObjectNode object) {
        return object.path("metadata").path("annotations").path(ANNOTATION);
    }
}
