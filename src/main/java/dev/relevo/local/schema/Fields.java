package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reading and completing the fields of an object tree. */
final class Fields {
    private Fields() {}

    /** The object at a path of field names, when it is there. */
    static Optional<ObjectNode> object(JsonNode from, String... path) {
        JsonNode at = from;
        for (String name : path) {
            at = at.path(name);
        }
        return at instanceof ObjectNode found ? Optional.of(found) : Optional.empty();
    }

    /** The objects of the list under a field. */
    static List<ObjectNode> objects(JsonNode from, String field) {
        List<ObjectNode> found = new ArrayList<>();
        for (JsonNode item : from.path(field)) {
            if (item instanceof ObjectNode object) {
                found.add(object);
            }
        }
        return found;
    }

    static void orElse(ObjectNode object, String field, String value) {
        orElse(object, field, TextNode.valueOf(value));
    }

    static void orElse(ObjectNode object, String field, int value) {
        orElse(object, field, IntNode.valueOf(value));
    }

    static void orElse(ObjectNode object, String field, boolean value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }

    static void orElse(ObjectNode object, String field, JsonNode value) {
        if (!object.has(field)) {
            object.set(field, value);
        }
    }

    /** Like {@link #orElse}, an empty text counting as absent. */
    static void orElseIfEmpty(ObjectNode object, String field, String value) {
        if (object.path(field).asText("").isEmpty()) {
            object.put(field, value);
        }
    }

    /** The object under a field, made empty when it is absent. */
    static ObjectNode child(ObjectNode object, String field) {
        return object.get(field) instanceof ObjectNode present ? present : object.putObject(field);
    }
}
