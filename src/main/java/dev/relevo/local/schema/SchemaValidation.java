package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Checks values against a structural schema, in the words of the API server. */
final class SchemaValidation {
    private SchemaValidation() {}

    static void check(JsonNode schema, JsonNode value, String at, FieldErrors errors) {
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        String type = schema.path("type").asText("");
        if (!fits(schema, type, value)) {
            JsonNode shown = TextNode.valueOf(name(value));
            errors.invalid(at, shown, at + " in body must be of type " + type + ": " + shown);
            return;
        }
        enumeration(schema, value, at, errors);
        if (value.isObject()) {
            object(schema, value, at, errors);
        } else if (value.isArray()) {
            size(schema, "Items", value.size(), value, at, errors);
            for (int i = 0; i < value.size(); i++) {
                check(schema.path("items"), value.get(i), at + "[" + i + "]", errors);
            }
        } else if (value.isTextual()) {
            size(
                    schema,
                    "Length",
                    value.asText().codePointCount(0, value.asText().length()),
                    value,
                    at,
                    errors);
            pattern(schema, value, at, errors);
        } else if (value.isNumber()) {
            range(schema, value, at, errors);
        }
    }

    private static boolean fits(JsonNode schema, String type, JsonNode value) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return value.isTextual() || value.isIntegralNumber();
        }
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            default -> true;
        };
    }

    private static String name(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case BOOLEAN -> "boolean";
            case ARRAY -> "array";
            case NULL -> "null";
            default -> "object";
        };
    }

    private static void enumeration(JsonNode schema, JsonNode value, String at, FieldErrors errors) {
        if (schema.path("enum").isEmpty()) {
            return;
        }
        List<String> allowed = new ArrayList<>();
        for (JsonNode each : schema.path("enum")) {
            if (each.equals(value)) {
                return;
            }
            allowed.add(each.asText());
        }
        errors.notSupported(at, value, allowed);
    }

    private static void object(JsonNode schema, JsonNode value, String at, FieldErrors errors) {
        for (JsonNode required : schema.path("required")) {
            if (!value.has(required.asText())) {
                errors.required(at + "." + required.asText(), "");
            }
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode own = schema.path("properties").path(field.getKey());
            JsonNode any = own.isMissingNode() ? schema.path("additionalProperties") : own;
            if (any.isObject()) {
                check(any, field.getValue(), at + "." + field.getKey(), errors);
            }
        }
        size(schema, "Properties", value.size(), value, at, errors);
    }

    private static void size(JsonNode schema, String what, int size, JsonNode value, String at, FieldErrors errors) {
        String unit = what.equals("Length") ? " chars long" : what.equals("Items") ? " items" : " properties";
        JsonNode least = schema.path("min" + what);
        JsonNode most = schema.path("max" + what);
        String verb = what.equals("Length") ? " in body should be at " : " in body should have at ";
        if (least.isNumber() && size < least.asInt()) {
            errors.invalid(at, value, at + verb + "least " + least.asInt() + unit);
        }
        if (most.isNumber() && size > most.asInt()) {
            errors.invalid(at, value, at + verb + "most " + most.asInt() + unit);
        }
    }

    private static void pattern(JsonNode schema, JsonNode value, String at, FieldErrors errors) {
        String pattern = schema.path("pattern").asText("");
        try {
            if (!pattern.isEmpty()
                    && !Pattern.compile(pattern).matcher(value.asText()).find()) {
                errors.invalid(at, value, at + " in body should match '" + pattern + "'");
            }
        } catch (PatternSyntaxException e) {
            errors.invalid(at, value, "its pattern [" + pattern + "] cannot be read: " + e.getDescription());
        }
    }

    private static void range(JsonNode schema, JsonNode value, String at, FieldErrors errors) {
        BigDecimal number = value.decimalValue();
        JsonNode least = schema.path("minimum");
        JsonNode most = schema.path("maximum");
        if (least.isNumber() && number.compareTo(least.decimalValue()) < 0) {
            errors.invalid(at, value, at + " in body should be greater than or equal to " + least);
        }
        if (most.isNumber() && number.compareTo(most.decimalValue()) > 0) {
            errors.invalid(at, value, at + " in body should be less than or equal to " + most);
        }
    }
}
