package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with the form of an object.
 *
 * @param unknown the paths of fields that its kind does not have; they have been removed
 * @param mismatches what has another type than it must have, in the words of the API server
 */
public record TypeCheck(List<String> unknown, List<String> mismatches) {

    /** Checks an object and removes in place the fields that its kind does not have. */
    public static TypeCheck prune(ModelType type, ObjectNode object) {
        TypeCheck check = new TypeCheck(new ArrayList<>(), new ArrayList<>());
        check.visit(type, object, "", "");
        return check;
    }

    private void visit(ModelType type, JsonNode value, String path, String owner) {
        if (value.isNull()) {
            return;
        }
        if (type instanceof ModelType.Struct struct) {
            if (value instanceof ObjectNode object) {
                structure(struct, object, path);
            } else {
                mismatch(value, path, owner, "v1." + struct.structure().name());
            }
        } else if (type instanceof ModelType.Dictionary dictionary) {
            if (value instanceof ObjectNode object) {
                for (Map.Entry<String, JsonNode> entry : object.properties()) {
                    visit(dictionary.values(), entry.getValue(), join(path, entry.getKey()), owner);
                }
            } else {
                mismatch(value, path, owner, "map[string]string");
            }
        } else if (type instanceof ModelType.Sequence sequence) {
            if (value instanceof ArrayNode array) {
                for (int i = 0; i < array.size(); i++) {
                    visit(sequence.items(), array.get(i), path + "[" + i + "]", owner);
                }
            } else {
                mismatch(value, path, owner, "[]" + describe(sequence.items()));
            }
        } else if (type instanceof ModelType.Scalar scalar && scalar.format().equals("byte")) {
            base64(value);
        } else if (type instanceof ModelType.Scalar scalar && !fits(scalar, value)) {
            mismatch(value, path, owner, describe(scalar));
        }
    }

    private void structure(ModelType.Struct struct, ObjectNode object, String path) {
        List<String> surplus = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            ModelType.Field field = struct.structure().fields().get(entry.getKey());
            if (field == null) {
                surplus.add(entry.getKey());
            } else {
                visit(
                        field.type(),
                        entry.getValue(),
                        join(path, entry.getKey()),
                        struct.structure().name());
            }
        }
        surplus.forEach(name -> unknown.add(join(path, name)));
        object.remove(surplus);
    }

    private void base64(JsonNode value) {
        try {
            Base64.getDecoder().decode(value.asText());
        } catch (IllegalArgumentException e) {
            mismatches.add("illegal base64 data: " + e.getMessage());
        }
    }

    private static boolean fits(ModelType.Scalar scalar, JsonNode value) {
        return switch (scalar.format()) {
            case "int-or-string", "quantity" -> value.isTextual() || value.isNumber();
            default ->
                switch (scalar.json()) {
                    case "integer" -> value.isIntegralNumber();
                    case "number" -> value.isNumber();
                    case "boolean" -> value.isBoolean();
                    default -> value.isTextual();
                };
        };
    }

    private void mismatch(JsonNode value, String path, String owner, String expected) {
        String kind = switch (value.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "bool";
            case ARRAY -> "array";
            default -> "object";
        };
        mismatches.add("json: cannot unmarshal " + kind + " into Go struct field " + owner + "."
                + path.replaceAll("\\[\\d+]", "") + " of type " + expected);
    }

    private static String describe(ModelType type) {
        if (type instanceof ModelType.Scalar scalar) {
            return switch (scalar.json()) {
                case "integer" -> scalar.format();
                case "boolean" -> "bool";
                case "number" -> "float64";
                default -> "string";
            };
        }
        return type instanceof ModelType.Struct struct
                ? "v1." + struct.structure().name()
                : "interface {}";
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
