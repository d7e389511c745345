package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.patch.JsonPatch;
import dev.relevo.local.patch.MergePatch;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectStore;
import java.util.List;
import java.util.function.UnaryOperator;

/** The replicas of a workload as a {@code Scale} of autoscaling/v1. */
final class Scales {
    private final ObjectStore store;

    Scales(ObjectStore store) {
        this.store = store;
    }

    ApiResponse handle(ApiRequest request, ResourcePath path) {
        return switch (request.method()) {
            case "GET" ->
                ApiResponse.json(200, scale(store.get(path.key()).orElseThrow(() -> ApiError.notFound(path.key()))));
            case "PUT" -> {
                ObjectNode wanted = Bodies.object(request);
                yield write(request, path, scale -> wanted);
            }
            case "PATCH" -> write(request, path, patch(request));
            default -> throw Resources.methodNotAllowed();
        };
    }

    private static UnaryOperator<ObjectNode> patch(ApiRequest request) {
        JsonNode body = Bodies.yaml(request.body());
        if (request.contentType().equals("application/json-patch+json")) {
            return scale -> JsonPatch.apply(scale, body);
        }
        if (!(body instanceof ObjectNode patch)) {
            throw ApiError.badRequest("the patch of a Scale must be an object");
        }
        return scale -> {
            MergePatch.apply(scale, patch);
            return scale;
        };
    }

    private ApiResponse write(ApiRequest request, ResourcePath path, UnaryOperator<ObjectNode> change) {
        ObjectNode after = store.modify(path.key(), Resources.options(request), object -> {
            ObjectNode asked = change.apply(scale(object));
            String version = asked.path("metadata").path("resourceVersion").asText("");
            ObjectNode metadata = object.withObjectProperty("metadata");
            if (!version.isEmpty()) {
                metadata.put("resourceVersion", version);
            }
            int replicas = asked.path("spec").path("replicas").asInt(0);
            if (replicas < 0) {
                throw ApiError.invalid(
                        path.type(),
                        path.name(),
                        List.of(new ApiError.Cause(
                                "FieldValueInvalid",
                                "Invalid value: " + replicas + ": must be greater than or equal to 0",
                                "spec.replicas")));
            }
            object.withObjectProperty("spec").put("replicas", replicas);
            return object;
        });
        return ApiResponse.json(200, scale(after));
    }

    private static ObjectNode scale(ObjectNode object) {
        ObjectNode scale = Representation.header("Scale", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            metadata.set(field, object.path("metadata").path(field));
        }
        int replicas = object.path("spec").path("replicas").asInt(0);
        ObjectNode spec = scale.putObject("spec");
        if (replicas != 0) {
            spec.put("replicas", replicas);
        }
        ObjectNode status = scale.putObject("status");
        status.put("replicas", object.path("status").path("replicas").asInt(0));
        JsonNode selector = object.path("spec").path("selector");
        ObjectNode form = selector.has("matchLabels") || selector.has("matchExpressions")
                ? (ObjectNode) selector
                : JsonNodeFactory.instance.objectNode().set("matchLabels", selector);
        status.put("selector", Cells.selector(form));
        return scale;
    }
}
