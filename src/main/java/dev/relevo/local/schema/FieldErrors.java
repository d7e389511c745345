package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Collects what is wrong with an object, in the words of the API server, so that all of it is said at once. */
final class FieldErrors {
    private final List<ApiError.Cause> causes = new ArrayList<>();

    void invalid(String field, JsonNode value, String why) {
        add("FieldValueInvalid", field, "Invalid value: " + (value.isMissingNode() ? "null" : value) + ": " + why);
    }

    void invalid(String field, String value, String why) {
        invalid(field, TextNode.valueOf(value), why);
    }

    void required(String field, String why) {
        add("FieldValueRequired", field, why.isEmpty() ? "Required value" : "Required value: " + why);
    }

    void forbidden(String field, String why) {
        add("FieldValueForbidden", field, "Forbidden: " + why);
    }

    void duplicate(String field, JsonNode value) {
        add("FieldValueDuplicate", field, "Duplicate value: " + value);
    }

    void notFound(String field, JsonNode value) {
        add("FieldValueNotFound", field, "Not found: " + value);
    }

    void tooLong(String field, int limit) {
        add("FieldValueTooLong", field, "Too long: may not be more than " + limit + " bytes");
    }

    void notSupported(String field, JsonNode value, Collection<String> supported) {
        String list = supported.stream().map(item -> "\"" + item + "\"").collect(Collectors.joining(", "));
        add("FieldValueNotSupported", field, "Unsupported value: " + value + ": supported values: " + list);
    }

    private void add(String type, String field, String message) {
        causes.add(new ApiError.Cause(type, message, field));
    }

    /**
     * @throws ApiError 422 when anything was found
     */
    void raise(ResourceType type, String name) {
        if (!causes.isEmpty()) {
            throw ApiError.invalid(type, name, causes);
        }
    }
}
