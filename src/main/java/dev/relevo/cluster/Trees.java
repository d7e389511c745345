package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Whether a live object says what was asked for. */
final class Trees {
    private Trees() {}

    /** Whether everything in {@code wanted} is in {@code live}, which may hold more (defaults, status). */
    static boolean contains(JsonNode live, JsonNode wanted) {
        if (wanted.isObject()) {
            return wanted.properties().stream()
                    .allMatch(entry ->
                            entry.getValue().isNull() || contains(live.path(entry.getKey()), entry.getValue()));
        }
        if (wanted.isArray()) {
            if (live.size() != wanted.size()) {
                return wanted.isEmpty() && live.isMissingNode();
            }
            for (int i = 0; i < wanted.size(); i++) {
                if (!contains(live.get(i), wanted.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return live.equals(wanted) || (live.isValueNode() && live.asText().equals(wanted.asText()));
    }

    /** Whether a JSON merge patch would change nothing more in {@code live}. */
    static boolean merged(JsonNode live, JsonNode patch) {
        return patch.properties().stream().allMatch(entry -> {
            JsonNode now = live.path(entry.getKey());
            JsonNode wanted = entry.getValue();
            if (wanted.isNull()) {
                return now.isMissingNode();
            }
            return wanted.isObject() ? merged(now, wanted) : contains(now, wanted);
        });
    }

    /** Without the precondition, which a write that came through has used up, and without the server's bookkeeping. */
    static ObjectNode unversioned(ObjectNode tree) {
        ObjectNode copy = tree.deepCopy();
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("resourceVersion");
            metadata.remove("managedFields");
            metadata.remove("generation");
        }
        copy.remove("status");
        return copy;
    }
}
