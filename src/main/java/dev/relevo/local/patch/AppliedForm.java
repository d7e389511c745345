package dev.relevo.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.schema.Merging;
import dev.relevo.local.schema.ModelType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Holds a configuration that is to be applied against the schema of its kind, as strictly and in the same words as the structured
 * merge of Kubernetes (KEP-555): what a lenient create only warns of is an error here.
 */
public final class AppliedForm {
    private final List<String> findings = new ArrayList<>();

    private AppliedForm() {}

    /** What is wrong, one line each, the path of the field first; empty when nothing is. */
    public static List<String> findings(ModelType type, ObjectNode configuration) {
        AppliedForm form = new AppliedForm();
        form.visit(type, Merging.GRANULAR, configuration, FieldPath.ROOT);
        return form.findings;
    }

    private void visit(ModelType type, Merging merging, JsonNode value, FieldPath at) {
        if (value.isNull()) {
            return;
        }
        if (type instanceof ModelType.Struct || type instanceof ModelType.Dictionary) {
            if (value instanceof ObjectNode object) {
                fields(type, object, at);
            } else {
                add(at, "expected map, got &{" + go(value) + "}");
            }
        } else if (type instanceof ModelType.Sequence) {
            if (value.isArray()) {
                items(type, merging, value, at);
            } else {
                add(at, "expected list, got &{" + go(value) + "}");
            }
        } else if (type instanceof ModelType.Scalar scalar) {
            scalar(scalar, value, at);
        }
    }

    private void fields(ModelType type, ObjectNode object, FieldPath at) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            FieldPath path = at.field(entry.getKey());
            if (type instanceof ModelType.Struct struct
                    && !struct.structure().fields().containsKey(entry.getKey())) {
                add(path, "field not declared in schema");
            } else {
                ModelType.Field field = type.field(entry.getKey());
                visit(field.type(), field.merging(), entry.getValue(), path);
            }
        }
    }

    private void items(ModelType type, Merging merging, JsonNode list, FieldPath at) {
        boolean keyed = merging.ownership() == Merging.Ownership.MAP;
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            if (keyed && !item.isObject()) {
                add(at, "element " + i + ": associative list with keys may not have non-map elements");
                continue;
            }
            FieldPath path = keyed ? at.child(FieldPath.keyElement(merging.keys(), item)) : at.item(i);
            if (keyed && !seen.add(path.toString())) {
                add(
                        at,
                        "duplicate entries for key "
                                + path.toString().substring(at.toString().length()));
            }
            visit(type.items(), FieldSets.itemMerging(type), item, path);
        }
    }

    private void scalar(ModelType.Scalar scalar, JsonNode value, FieldPath at) {
        boolean loose = scalar.format().equals("quantity") || scalar.format().equals("int-or-string");
        if (loose) {
            // Whether it is one of the two is found out later, when the object is converted.
            if (scalar.format().equals("quantity") && value.isContainerNode()) {
                add(at, "expected any scalar, got &{" + go(value) + "}");
            }
            return;
        }
        switch (scalar.json()) {
            case "integer", "number" -> {
                if (!value.isNumber()) {
                    add(at, "expected numeric (int or float), got " + goType(value));
                }
            }
            case "boolean" -> {
                if (!value.isBoolean()) {
                    add(at, "expected boolean, got &{" + go(value) + "}");
                }
            }
            default -> {
                if (!value.isTextual()) {
                    add(at, "expected string, got &value.valueUnstructured{Value:" + go(value) + "}");
                }
            }
        }
    }

    private void add(FieldPath at, String what) {
        findings.add(at + ": " + what);
    }

    /** As Go prints a value. */
    private static String go(JsonNode value) {
        if (value.isObject()) {
            return value.properties().stream()
                    .map(entry -> entry.getKey() + ":" + go(entry.getValue()))
                    .sorted()
                    .collect(Collectors.joining(" ", "map[", "]"));
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(AppliedForm::go)
                    .collect(Collectors.joining(" ", "[", "]"));
        }
        return value.asText();
    }

    private static String goType(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> "bool";
            case ARRAY -> "[]interface {}";
            case OBJECT -> "map[string]interface {}";
            default -> "string";
        };
    }
}
