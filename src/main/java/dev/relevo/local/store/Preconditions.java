package dev.relevo.local.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What an update says about the version that it was made from. */
final class Preconditions {
    private Preconditions() {}

    static void check(ObjectKey key, ObjectNode before, ObjectNode asked, boolean versionRequired) {
        JsonNode old = before.path("metadata");
        JsonNode wanted = asked.path("metadata");
        String version = wanted.path("resourceVersion").asText("");
        if (version.isEmpty() && versionRequired) {
            throw ApiError.invalidUpdate(
                    key.type(),
                    key.name(),
                    List.of(new ApiError.Cause(
                            "FieldValueInvalid",
                            "Invalid value: 0: must be specified for an update",
                            "metadata.resourceVersion")));
        }
        String uid = wanted.path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(old.path("uid").asText())) {
            throw ApiError.conflict(
                    key,
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + old.path("uid").asText());
        }
        if (!version.isEmpty() && !version.equals(old.path("resourceVersion").asText())) {
            throw ApiError.modified(key);
        }
    }
}
