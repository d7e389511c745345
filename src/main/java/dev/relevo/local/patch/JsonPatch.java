package dev.relevo.local.patch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;

/** JSON Patch, RFC 6902. */
public final class JsonPatch {
    private static final int MAX_OPERATIONS = 10_000;

    private JsonPatch() {}

    /**
     * Applies the operations to a copy of the object.
     *
     * @throws ApiError 400 when the patch is malformed, 422 when it does not fit the object
     */
    public static ObjectNode apply(ObjectNode object, JsonNode operations) {
        if (!operations.isArray()) {
            throw ApiError.badRequest("a JSON patch must be an array of operations");
        }
        if (operations.size() > MAX_OPERATIONS) {
            throw ApiError.of(
                    413,
                    "RequestEntityTooLarge",
                    "The allowed maximum operations in a JSON patch is " + MAX_OPERATIONS + ", got "
                            + operations.size());
        }
        JsonNode result = object.deepCopy();
        for (JsonNode operation : operations) {
            result = apply(result, operation);
        }
        if (result instanceof ObjectNode patched) {
            return patched;
        }
        throw unprocessable("the patch leaves no object");
    }

    private static JsonNode apply(JsonNode root, JsonNode operation) {
        JsonPointer path = pointer(operation, "path");
        return switch (operation.path("op").asText()) {
            case "add" -> add(root, path, value(operation));
            case "replace" -> add(remove(root, path, operation), path, value(operation));
            case "remove" -> remove(root, path, operation);
            case "copy" ->
                add(
                        root,
                        path,
                        find(root, pointer(operation, "from"), operation).deepCopy());
            case "move" -> {
                JsonPointer from = pointer(operation, "from");
                JsonNode moved = find(root, from, operation);
                yield add(remove(root, from, operation), path, moved);
            }
            case "test" -> {
                if (!root.at(path).equals(value(operation))) {
                    throw unprocessable("testing value " + path + " failed");
                }
                yield root;
            }
            default ->
                throw ApiError.badRequest(
                        "Unexpected kind: " + operation.path("op").asText()
                                + "; a JSON patch knows add, copy, move, remove," + " replace and test");
        };
    }

    private static JsonNode value(JsonNode operation) {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw ApiError.badRequest("the operation [" + operation + "] needs a value");
        }
        return value.deepCopy();
    }

    private static JsonPointer pointer(JsonNode operation, String field) {
        try {
            return JsonPointer.compile(operation.path(field).asText());
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("[" + operation.path(field).asText() + "] is no JSON pointer");
        }
    }

    private static JsonNode find(JsonNode root, JsonPointer path, JsonNode operation) {
        JsonNode found = root.at(path);
        if (found.isMissingNode()) {
            throw missing(operation, path);
        }
        return found;
    }

    private static JsonNode add(JsonNode root, JsonPointer path, JsonNode value) {
        if (path.matches()) {
            return value;
        }
        JsonNode parent = root.at(path.head());
        String last = path.last().getMatchingProperty();
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode array) {
            int index = last.equals("-") ? array.size() : path.last().getMatchingIndex();
            if (index < 0 || index > array.size()) {
                throw unprocessable(
                        "add operation does not apply: doc is missing path: \"" + path + "\": missing value");
            }
            array.insert(index, value);
        } else {
            throw unprocessable("add operation does not apply: doc is missing path: \"" + path + "\": missing value");
        }
        return root;
    }

    private static JsonNode remove(JsonNode root, JsonPointer path, JsonNode operation) {
        find(root, path, operation);
        if (path.matches()) {
            return root;
        }
        JsonNode parent = root.at(path.head());
        if (parent instanceof ObjectNode object) {
            object.remove(path.last().getMatchingProperty());
        } else if (parent instanceof ArrayNode array) {
            array.remove(path.last().getMatchingIndex());
        }
        return root;
    }

    private static ApiError missing(JsonNode operation, JsonPointer path) {
        return unprocessable(operation.path("op").asText() + " operation does not apply: doc is missing path: " + path
                + ": missing value");
    }

    private static ApiError unprocessable(String why) {
        return ApiError.of(422, "Invalid", "the server rejected our request due to an error in our request: " + why);
    }
}
