package dev.relevo.local.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Copies JSON trees into the form in which they are stored, so that equal objects are equal trees. */
public final class Trees {
    private Trees() {}

    /** A copy without null fields (to Kubernetes they are absent fields) and with the smallest integer nodes. */
    public static ObjectNode canonical(ObjectNode object) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!field.getValue().isNull()) {
                copy.set(field.getKey(), copyOf(field.getValue()));
            }
        }
        return copy;
    }

    private static JsonNode copyOf(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return canonical(object);
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(item -> copy.add(copyOf(item)));
            return copy;
        }
        if (node.isIntegralNumber() && node.canConvertToInt()) {
            return IntNode.valueOf(node.intValue());
        }
        return node;
    }

    /** The object under a field, made when it is missing. */
    public static ObjectNode child(ObjectNode parent, String field) {
        return parent.get(field) instanceof ObjectNode present ? present : parent.putObject(field);
    }
}
