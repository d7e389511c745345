package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The structural schema of a custom resource: what fields it has, their defaults, and what values they may take. Rules in
 * CEL ({@code x-kubernetes-validations}) and {@code oneOf} and its like are not evaluated.
 */
public final class CustomSchema {
    private static final Merging SET = new Merging(Merging.Ownership.SET, List.of(), false, Optional.empty(), false);
    private static final List<String> SERVED = List.of("apiVersion", "kind", "metadata");

    private final JsonNode schema;
    private final ModelType model;

    /**
     * @param schema {@code openAPIV3Schema} of a version
     * @param metadata the type of {@code metadata}
     */
    public CustomSchema(ResourceType type, JsonNode schema, ModelType metadata) {
        this.schema = schema;
        this.model = root(type, schema, metadata);
    }

    /** The type of the resource. */
    public ModelType model() {
        return model;
    }

    private static ModelType root(ResourceType type, JsonNode schema, ModelType metadata) {
        Map<String, ModelType.Field> fields = new TreeMap<>();
        schema.path("properties")
                .properties()
                .forEach(property -> fields.put(
                        property.getKey(), field(type.kind() + "." + property.getKey(), property.getValue(), type)));
        fields.put("apiVersion", new ModelType.Field(new ModelType.Scalar("string", ""), Merging.GRANULAR));
        fields.put("kind", new ModelType.Field(new ModelType.Scalar("string", ""), Merging.GRANULAR));
        fields.put("metadata", new ModelType.Field(metadata, Merging.GRANULAR));
        return schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                ? ModelType.ANY
                : struct(type.kind(), type, fields);
    }

    private static ModelType struct(String name, ResourceType type, Map<String, ModelType.Field> fields) {
        record Fixed(String name, String space, Map<String, ModelType.Field> fields) implements ModelType.Structure {}
        return new ModelType.Struct(new Fixed(name, type.group() + "." + type.version(), Map.copyOf(fields)));
    }

    private static ModelType.Field field(String name, JsonNode schema, ResourceType type) {
        return new ModelType.Field(type(name, schema, type), merging(schema));
    }

    private static ModelType type(String name, JsonNode schema, ResourceType type) {
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || schema.path("x-kubernetes-embedded-resource").asBoolean();
        if (open) {
            return ModelType.ANY;
        }
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return new ModelType.Scalar("string", "int-or-string");
        }
        String json = schema.path("type").asText("");
        return switch (json) {
            case "object" -> {
                if (schema.path("additionalProperties").isObject()) {
                    yield new ModelType.Dictionary(type(name, schema.path("additionalProperties"), type));
                }
                if (schema.path("additionalProperties").asBoolean()) {
                    yield ModelType.ANY;
                }
                Map<String, ModelType.Field> fields = new TreeMap<>();
                schema.path("properties")
                        .properties()
                        .forEach(property -> fields.put(
                                property.getKey(), field(name + "." + property.getKey(), property.getValue(), type)));
                yield struct(name, type, fields);
            }
            case "array" -> new ModelType.Sequence(type(name + "[]", schema.path("items"), type));
            case "string", "boolean" -> new ModelType.Scalar(json, "");
            case "integer" -> new ModelType.Scalar(json, schema.path("format").asText("int64"));
            case "number" -> new ModelType.Scalar(json, schema.path("format").asText("double"));
            default -> ModelType.ANY;
        };
    }

    private static Merging merging(JsonNode schema) {
        switch (schema.path("x-kubernetes-list-type").asText("")) {
            case "map" -> {
                List<String> keys = new ArrayList<>();
                schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
                return new Merging(Merging.Ownership.MAP, keys, false, Optional.empty(), false);
            }
            case "set" -> {
                return SET;
            }
            default -> {
                boolean atomic = schema.path("type").asText("").equals("array")
                        || schema.path("x-kubernetes-map-type").asText("").equals("atomic");
                return atomic ? Merging.ATOMIC : Merging.GRANULAR;
            }
        }
    }

    /** Fills in the defaults where the schema has some. */
    public void applyDefaults(ObjectNode object) {
        defaults(schema, object);
    }

    private static void defaults(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property :
                    schema.path("properties").properties()) {
                JsonNode preset = property.getValue().path("default");
                if (!preset.isMissingNode() && !object.has(property.getKey())) {
                    object.set(property.getKey(), preset.deepCopy());
                }
                defaults(property.getValue(), object.path(property.getKey()));
            }
            JsonNode others = schema.path("additionalProperties");
            if (others.isObject()) {
                object.forEach(each -> defaults(others, each));
            }
        } else if (value.isArray()) {
            value.forEach(item -> defaults(schema.path("items"), item));
        }
    }

    /**
     * @throws ApiError 422 with everything that the schema does not allow
     */
    public void validate(ResourceType type, ObjectNode object) {
        FieldErrors errors = new FieldErrors();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (!SERVED.contains(property.getKey()) && object.has(property.getKey())) {
                SchemaValidation.check(property.getValue(), object.get(property.getKey()), property.getKey(), errors);
            }
        }
        for (JsonNode required : schema.path("required")) {
            if (!object.has(required.asText())) {
                errors.required(required.asText(), "");
            }
        }
        errors.raise(type, object.path("metadata").path("name").asText(""));
    }
}
