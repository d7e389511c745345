package dev.relevo.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * The published schema of relevo.yaml ({@code relevo.schema.json}) and the check of a document against it. A general validator
 * costs a third of a second at every start; this one knows just the keywords that the schema uses, and a test compares the two.
 */
final class ConfigSchema {
    private static final String DEFINITIONS = "#/$defs/";

    private final JsonNode root;

    private ConfigSchema(JsonNode root) {
        this.root = root;
    }

    static ConfigSchema load() {
        return load("relevo.schema.json");
    }

    /** The one of groups' files ({@code relevo-group.schema.json}). */
    static ConfigSchema ofGroups() {
        return load("relevo-group.schema.json");
    }

    private static ConfigSchema load(String name) {
        try (InputStream in = ConfigSchema.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new ConfigSchema(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read", e);
        }
    }

    /**
     * Everything in the document that the schema does not allow. What is missing is not said here: another layer may supply it.
     * Texts of maps that were written as numbers become texts again.
     */
    List<Finding> check(YamlDocument document) {
        List<Finding> findings = new ArrayList<>();
        check(root, document.tree(), KeyPath.ROOT, document, findings);
        return findings;
    }

    /** The schema of a key; a missing node when there is no such key. */
    JsonNode at(KeyPath path) {
        JsonNode schema = root;
        for (String segment : path.segments()) {
            JsonNode resolved = resolve(schema);
            if (segment.startsWith("[")) {
                schema = resolved.path("items");
            } else {
                JsonNode property = resolved.path("properties").path(segment);
                schema = property.isMissingNode() ? resolved.path("additionalProperties") : property;
            }
            if (!schema.isObject()) {
                return MissingNode.getInstance();
            }
        }
        return resolve(schema);
    }

    /** The keys that a key may have below it. */
    List<String> keysOf(KeyPath path) {
        List<String> keys = new ArrayList<>();
        at(path).path("properties").fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** Every dotted key below a section that holds a single value or a list of texts, with the section's own names left out. */
    Map<KeyPath, JsonNode> leaves() {
        Map<KeyPath, JsonNode> found =
                new TreeMap<>((left, right) -> left.toString().compareTo(right.toString()));
        leaves(root, KeyPath.ROOT, found);
        return found;
    }

    private void leaves(JsonNode schema, KeyPath path, Map<KeyPath, JsonNode> found) {
        JsonNode resolved = resolve(schema);
        if (resolved.has("properties")) {
            resolved.path("properties").properties().forEach(entry -> {
                if (!path.isRoot() || !entry.getKey().equals("environments")) {
                    leaves(entry.getValue(), path.child(entry.getKey()), found);
                }
            });
        } else if (!allows(resolved, "object")) {
            found.put(path, resolved);
        }
    }

    /** The value that a text from outside a file means for a key: its schema says whether it is a list, a number or a text. */
    JsonNode read(JsonNode schema, String text) {
        if (allows(schema, "array")) {
            return list(text);
        }
        if (allows(schema, "string")) {
            return JsonNodeFactory.instance.textNode(text);
        }
        return YamlDocument.value(text);
    }

    private static JsonNode list(String text) {
        if (text.stripLeading().startsWith("[")) {
            return YamlDocument.value(text);
        }
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        String separator = text.indexOf(',') >= 0 ? "," : "\\s+";
        for (String entry : text.strip().split(separator)) {
            if (!entry.isBlank()) {
                entries.add(entry.strip());
            }
        }
        return entries;
    }

    private JsonNode resolve(JsonNode schema) {
        String reference = schema.path("$ref").asText("");
        return reference.startsWith(DEFINITIONS)
                ? root.path("$defs").path(reference.substring(DEFINITIONS.length()))
                : schema;
    }

    private void check(
            JsonNode unresolved, JsonNode value, KeyPath path, YamlDocument document, List<Finding> findings) {
        JsonNode schema = resolve(unresolved);
        if (value.isNull()) {
            return; // takes back what an outer layer says
        }
        if (!fits(schema, value)) {
            findings.add(new Finding(path, "is [" + shown(value, path, document) + "]; expected " + expected(schema)));
            return;
        }
        if (value instanceof ObjectNode object) {
            checkKeys(schema, object, path, document, findings);
        } else if (value instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                check(schema.path("items"), array.get(i), path.index(i), document, findings);
            }
        } else {
            checkValue(schema, value, path, findings);
        }
    }

    private void checkKeys(
            JsonNode schema, ObjectNode object, KeyPath path, YamlDocument document, List<Finding> findings) {
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        if (!path.isRoot()) {
            for (String required : texts(schema.path("required"))) {
                if (!object.has(required)) {
                    findings.add(new Finding(path, "needs the key [" + required + "]"));
                }
            }
        }
        for (Map.Entry<String, JsonNode> entry : List.copyOf(object.properties())) {
            KeyPath child = path.child(entry.getKey());
            JsonNode property = properties.path(entry.getKey());
            if (!property.isMissingNode()) {
                check(property, entry.getValue(), child, document, findings);
            } else if (others.isObject()) {
                if (entry.getValue().isValueNode()
                        && allows(others, "string")
                        && !entry.getValue().isNull()) {
                    object.put(
                            entry.getKey(),
                            document.texts()
                                    .getOrDefault(child, entry.getValue().asText()));
                } else {
                    check(others, entry.getValue(), child, document, findings);
                }
            } else if (!others.isBoolean() || !others.booleanValue()) {
                List<String> known = new ArrayList<>();
                properties.fieldNames().forEachRemaining(known::add);
                String near = Nearest.suggestion(entry.getKey(), known);
                findings.add(new Finding(
                        child,
                        "is not a key" + (near.isEmpty() ? "; expected one of " + String.join(", ", known) : near)));
            }
        }
    }

    private static void checkValue(JsonNode schema, JsonNode value, KeyPath path, List<Finding> findings) {
        if (schema.has("enum")) {
            List<String> allowed = texts(schema.path("enum"));
            if (!allowed.contains(value.asText())) {
                findings.add(new Finding(
                        path,
                        "is [" + value.asText() + "]; expected " + String.join(", ", allowed)
                                + Nearest.suggestion(value.asText(), allowed)));
            }
        } else if (schema.has("const") && !schema.path("const").equals(value)) {
            findings.add(new Finding(
                    path,
                    "is [" + value.asText() + "]; expected "
                            + schema.path("const").asText()));
        } else if (schema.has("pattern")
                && value.isTextual()
                && !value.asText().matches(schema.path("pattern").asText())) {
            findings.add(new Finding(path, "is [" + value.asText() + "]; expected " + expected(schema)));
        }
    }

    private static boolean fits(JsonNode schema, JsonNode value) {
        if (!schema.has("type")) {
            return true;
        }
        return switch (value.getNodeType()) {
            case OBJECT -> allows(schema, "object");
            case ARRAY -> allows(schema, "array");
            case STRING -> allows(schema, "string");
            case BOOLEAN -> allows(schema, "boolean");
            case NUMBER -> allows(schema, "number") || (value.isIntegralNumber() && allows(schema, "integer"));
            default -> false;
        };
    }

    private static boolean allows(JsonNode schema, String type) {
        JsonNode types = schema.path("type");
        return types.isArray() ? texts(types).contains(type) : types.asText().equals(type);
    }

    private static String expected(JsonNode schema) {
        if (schema.has("enum")) {
            return String.join(", ", texts(schema.path("enum")));
        }
        if (schema.path("pattern").asText().equals(Durations.PATTERN)) {
            return Durations.EXPECTED;
        }
        JsonNode types = schema.path("type");
        return switch (types.isArray() ? types.path(0).asText() : types.asText()) {
            case "object" -> "keys and values";
            case "array" -> "a list, e.g. [a, b]";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            default -> "a text (put it in quotes)";
        };
    }

    private static String shown(JsonNode value, KeyPath path, YamlDocument document) {
        if (value.isContainerNode()) {
            String json = value.toString();
            return json.length() <= 60 ? json : json.substring(0, 57) + "...";
        }
        return document.texts().getOrDefault(path, value.asText());
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
