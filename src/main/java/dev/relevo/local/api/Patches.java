package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.patch.JsonPatch;
import dev.relevo.local.patch.MergePatch;
import dev.relevo.local.store.Admission.Part;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.WriteOptions;
import java.util.function.UnaryOperator;

/** The verb that changes objects in part. */
final class Patches {
    private final ObjectStore store;

    Patches(ObjectStore store) {
        this.store = store;
    }

    ApiResponse handle(ApiRequest request, ResourcePath path, Part part) {
        UnaryOperator<ObjectNode> change = switch (request.contentType()) {
            case "application/json-patch+json" -> {
                JsonNode operations = Bodies.json(request.body());
                yield object -> JsonPatch.apply(object, operations);
            }
            case "application/merge-patch+json" -> {
                ObjectNode patch = patchObject(Bodies.json(request.body()));
                yield object -> {
                    MergePatch.apply(object, patch);
                    return object;
                };
            }
            default -> throw Bodies.unsupported(request.contentType());
        };
        return Resources.answer(request, path.type(), 200, write(path.key(), part, Resources.options(request), change));
    }

    private ObjectNode write(ObjectKey key, Part part, WriteOptions options, UnaryOperator<ObjectNode> change) {
        return part == Part.STATUS ? store.modifyStatus(key, options, change) : store.modify(key, options, change);
    }

    private static ObjectNode patchObject(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw ApiError.badRequest("a merge patch must be an object");
    }
}
