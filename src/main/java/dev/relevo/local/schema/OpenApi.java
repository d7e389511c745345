package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ResourceType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the types of kinds as OpenAPI documents: enough for kubectl to explain, to validate and to make patches. */
public final class OpenApi {
    private static final String PREFIX = "io.k8s.api.";

    private final ModelTypes models;

    public OpenApi(ModelTypes models) {
        this.models = models;
    }

    /** The OpenAPI 3 document of some kinds of one group and version. */
    public ObjectNode v3(List<ResourceType> types) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.34.0");
        ObjectNode paths = document.putObject("paths");
        types.forEach(type -> paths(type, paths));
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        define(types, schemas, "#/components/schemas/", true);
        return document;
    }

    /** The OpenAPI 2 document of all kinds. */
    public ObjectNode v2(List<ResourceType> types) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("swagger", "2.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.34.0");
        document.putObject("paths");
        define(types, document.putObject("definitions"), "#/definitions/", false);
        return document;
    }

    /** The operations matter only for what kubectl looks up in them: the kind, and which parameters a write takes. */
    private static void paths(ResourceType type, ObjectNode paths) {
        String root = type.group().isEmpty() ? "/api/v1/" : "/apis/" + type.apiVersion() + "/";
        String collection = root + (type.namespaced() ? "namespaces/{namespace}/" : "") + type.plural();
        operation(paths.putObject(collection), "post", "post", type);
        ObjectNode one = paths.putObject(collection + "/{name}");
        operation(one, "get", "get", type);
        operation(one, "put", "put", type);
        operation(one, "patch", "patch", type);
        operation(one, "delete", "delete", type);
    }

    private static void operation(ObjectNode path, String method, String action, ResourceType type) {
        ObjectNode operation = path.putObject(method);
        for (String name : List.of("dryRun", "fieldManager", "fieldValidation")) {
            operation
                    .withArrayProperty("parameters")
                    .addObject()
                    .put("name", name)
                    .put("in", "query")
                    .putObject("schema")
                    .put("type", "string")
                    .put("uniqueItems", true);
        }
        operation.putObject("responses").putObject("200").put("description", "OK");
        operation.put("x-kubernetes-action", action);
        groupVersionKind(operation.putObject("x-kubernetes-group-version-kind"), type);
    }

    private static void groupVersionKind(ObjectNode node, ResourceType type) {
        node.put("group", type.group()).put("version", type.version()).put("kind", type.kind());
    }

    private void define(List<ResourceType> types, ObjectNode schemas, String references, boolean v3) {
        Deque<ModelType.Struct> due = new ArrayDeque<>();
        for (ResourceType type : types) {
            ObjectNode schema;
            if (models.of(type) instanceof ModelType.Struct struct) {
                schema = structure(struct, references, v3, due);
                schemas.set(name(struct), schema);
            } else {
                schema = schemas.putObject(PREFIX + type.apiVersion().replace('/', '.') + "." + type.kind());
                schema.put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
            }
            groupVersionKind(schema.putArray("x-kubernetes-group-version-kind").addObject(), type);
        }
        while (!due.isEmpty()) {
            ModelType.Struct struct = due.pop();
            if (!schemas.has(name(struct))) {
                schemas.set(name(struct), structure(struct, references, v3, due));
            }
        }
    }

    private static String name(ModelType.Struct struct) {
        String space = struct.structure().space();
        return PREFIX + (space.isEmpty() ? "core.v1" : space) + "."
                + struct.structure().name();
    }

    private static ObjectNode structure(
            ModelType.Struct struct, String references, boolean v3, Deque<ModelType.Struct> due) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        for (Map.Entry<String, ModelType.Field> field :
                struct.structure().fields().entrySet()) {
            ObjectNode property = schema(field.getValue().type(), references, v3, due);
            merging(field.getValue(), property);
            properties.set(field.getKey(), property);
        }
        return schema;
    }

    private static ObjectNode schema(ModelType type, String references, boolean v3, Deque<ModelType.Struct> due) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        if (type instanceof ModelType.Struct struct) {
            due.push(struct);
            String reference = references + name(struct);
            if (v3) {
                schema.putArray("allOf").addObject().put("$ref", reference);
            } else {
                schema.put("$ref", reference);
            }
        } else if (type instanceof ModelType.Sequence sequence) {
            schema.put("type", "array").set("items", schema(sequence.items(), references, v3, due));
        } else if (type instanceof ModelType.Dictionary dictionary) {
            schema.put("type", "object").set("additionalProperties", schema(dictionary.values(), references, v3, due));
        } else if (type instanceof ModelType.Scalar scalar) {
            scalar(scalar, schema);
        } else {
            schema.put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
        }
        return schema;
    }

    private static void scalar(ModelType.Scalar scalar, ObjectNode schema) {
        if (scalar.format().equals("int-or-string") || scalar.format().equals("quantity")) {
            schema.put("x-kubernetes-int-or-string", true);
            schema.putArray("oneOf").addObject().put("type", "string");
            schema.withArrayProperty("oneOf")
                    .addObject()
                    .put("type", scalar.format().equals("quantity") ? "number" : "integer");
            return;
        }
        schema.put("type", scalar.json());
        if (!scalar.format().isEmpty()) {
            schema.put("format", scalar.format());
        }
    }

    private static void merging(ModelType.Field field, ObjectNode property) {
        Merging merging = field.merging();
        if (field.type() instanceof ModelType.Sequence) {
            property.put("x-kubernetes-list-type", merging.ownership().name().toLowerCase(Locale.ROOT));
            if (!merging.keys().isEmpty()) {
                merging.keys().forEach(property.putArray("x-kubernetes-list-map-keys")::add);
            }
        }
        merging.patchKey().ifPresent(key -> property.put("x-kubernetes-patch-merge-key", key));
        String strategy = merging.strategic() ? (merging.retainKeys() ? "merge,retainKeys" : "merge") : "retainKeys";
        if (merging.strategic() || merging.retainKeys()) {
            property.put("x-kubernetes-patch-strategy", strategy);
        }
    }
}
