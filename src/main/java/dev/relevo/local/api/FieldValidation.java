package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ResourceType;

/** Reads objects from bodies and checks that they are of the expected kind. */
final class FieldValidation {
    /**
     * The object in the body.
     *
     * @throws ApiError 400 when it is of another kind
     */
    ObjectNode read(ApiRequest request, ResourceType type) {
        ObjectNode object = Bodies.object(request);
        checkKind(object, type);
        return object;
    }

    static void checkKind(ObjectNode object, ResourceType type) {
        String apiVersion = object.path("apiVersion").asText("");
        String kind = object.path("kind").asText("");
        if ((!apiVersion.isEmpty() && !apiVersion.equals(type.apiVersion()))
                || (!kind.isEmpty() && !kind.equals(type.kind()))) {
            throw ApiError.badRequest(kind + " in version \"" + apiVersion + "\" cannot be handled as a " + type.kind()
                    + ": expected " + type.apiVersion() + " " + type.kind());
        }
    }
}
