package dev.relevo.local.patch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Where a field is in an object. Each element is written as in {@code fieldsV1}: {@code f:name} for a field,
 * {@code k:{"name":"x"}} for the item of a list with these keys, {@code v:"x"} for a value of a set.
 *
 * @param elements from the outside in
 */
record FieldPath(List<String> elements) implements Comparable<FieldPath> {
    static final FieldPath ROOT = new FieldPath(List.of());
    private static final ObjectMapper JSON = new ObjectMapper();

    FieldPath {
        elements = List.copyOf(elements);
    }

    FieldPath field(String name) {
        return child("f:" + name);
    }

    /** An item of a list that knows no keys; only messages name such a place. */
    FieldPath item(int index) {
        return child("i:" + index);
    }

    FieldPath child(String element) {
        List<String> longer = new ArrayList<>(elements);
        longer.add(element);
        return new FieldPath(longer);
    }

    FieldPath parent() {
        return new FieldPath(elements.subList(0, elements.size() - 1));
    }

    boolean startsWith(FieldPath other) {
        return elements.size() >= other.elements.size()
                && elements.subList(0, other.elements.size()).equals(other.elements);
    }

    /** The element of a list item; the keys that it leaves out have their default. */
    static String keyElement(List<String> keys, JsonNode item) {
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        for (String key : keys) {
            JsonNode value = item.path(key);
            if (!value.isMissingNode()) {
                sorted.put(key, value);
            } else if (key.equals("protocol")) {
                sorted.put(key, TextNode.valueOf("TCP"));
            }
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        sorted.forEach(object::set);
        return "k:" + object;
    }

    static String valueElement(JsonNode value) {
        return "v:" + value;
    }

    @Override
    public int compareTo(FieldPath other) {
        for (int i = 0; i < Math.min(elements.size(), other.elements.size()); i++) {
            int by = elements.get(i).compareTo(other.elements.get(i));
            if (by != 0) {
                return by;
            }
        }
        return Integer.compare(elements.size(), other.elements.size());
    }

    /** In the form of conflict messages, e.g. {@code .spec.containers[name="web"].image}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String element : elements) {
            String content = element.substring(2);
            switch (element.charAt(0)) {
                case 'f' -> text.append('.').append(content);
                case 'i' -> text.append('[').append(content).append(']');
                case 'k' -> text.append('[').append(keys(content)).append(']');
                default -> text.append("[=").append(content).append(']');
            }
        }
        return text.toString();
    }

    private static String keys(String json) {
        try {
            List<String> parts = new ArrayList<>();
            JSON.readTree(json).properties().forEach(key -> parts.add(key.getKey() + "=" + key.getValue()));
            return String.join(",", parts);
        } catch (JsonProcessingException e) {
            return json;
        }
    }
}
