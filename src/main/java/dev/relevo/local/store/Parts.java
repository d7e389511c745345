package dev.relevo.local.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Takes from an update only the part of the object that it is meant for. */
final class Parts {
    private Parts() {}

    /** The object to store, from what is stored and what was asked for. */
    static ObjectNode merge(ResourceType type, Admission.Part part, ObjectNode before, ObjectNode asked) {
        return switch (part) {
            case MAIN -> main(type, before, asked);
            case STATUS -> status(before, asked);
            case FINALIZERS -> finalizers(before, asked);
        };
    }

    private static ObjectNode main(ResourceType type, ObjectNode before, ObjectNode asked) {
        ObjectNode after = asked;
        Metadata.keep(before, after);
        if (type.hasStatus()) {
            set(after, "status", before.get("status"));
        }
        if (type.equals(ResourceTypes.NAMESPACE)) {
            set(Trees.child(after, "spec"), "finalizers", before.path("spec").get("finalizers"));
        }
        Trees.child(after, "metadata")
                .put(
                        "resourceVersion",
                        before.path("metadata").path("resourceVersion").asText());
        return after;
    }

    private static ObjectNode status(ObjectNode before, ObjectNode asked) {
        ObjectNode after = before.deepCopy();
        set(after, "status", asked.get("status"));
        Metadata.copyStatusWritable(asked, after);
        return after;
    }

    private static ObjectNode finalizers(ObjectNode before, ObjectNode asked) {
        ObjectNode after = before.deepCopy();
        set(Trees.child(after, "spec"), "finalizers", asked.path("spec").get("finalizers"));
        return after;
    }

    private static void set(ObjectNode object, String field, @Nullable JsonNode value) {
        if (value == null) {
            object.remove(field);
        } else {
            object.set(field, value);
        }
    }
}
