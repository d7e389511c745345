package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.schema.ModelTypes;
import dev.relevo.local.schema.OpenApi;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The documents that describe the types, each made when it is asked for: they are large and rarely wanted. */
final class OpenApiPages {
    private static final String V3 = "/openapi/v3";
    private static final String PROTOBUF = "com.github.proto-openapi.spec.v2";
    /**
     * A document of version 2 in protobuf, with {@code swagger: "2.0"} as its only field. kubectl reads it for a kind that it has not
     * found in version 3, and says that there is no such kind when it is not here either.
     */
    private static final byte[] NO_TYPES = {1 << 3 | 2, 3, '2', '.', '0'};

    private final ResourceTypes types;
    private final OpenApi openApi;

    OpenApiPages(ResourceTypes types, ModelTypes models) {
        this.types = types;
        this.openApi = new OpenApi(models);
    }

    /** @param accept what the client wants to read */
    Optional<ApiResponse> answer(String path, String accept) {
        if (path.equals("/openapi/v2")) {
            return Optional.of(
                    accept.contains(PROTOBUF)
                            ? new ApiResponse.Whole(200, "application/" + PROTOBUF + ".v1.0+protobuf", NO_TYPES)
                            : ApiResponse.json(200, openApi.v2(types.served())));
        }
        if (path.equals(V3)) {
            return Optional.of(ApiResponse.json(200, index()));
        }
        if (!path.startsWith(V3 + "/")) {
            return Optional.empty();
        }
        List<ResourceType> described = types.served().stream()
                .filter(type -> path.equals(V3 + "/" + root(type)))
                .toList();
        return described.isEmpty() ? Optional.empty() : Optional.of(ApiResponse.json(200, openApi.v3(described)));
    }

    private ObjectNode index() {
        ObjectNode index = JsonNodeFactory.instance.objectNode();
        ObjectNode paths = index.putObject("paths");
        TreeSet<String> roots = new TreeSet<>();
        types.served().forEach(type -> roots.add(root(type)));
        roots.forEach(root -> paths.putObject(root).put("serverRelativeURL", V3 + "/" + root));
        return index;
    }

    private static String root(ResourceType type) {
        return type.group().isEmpty() ? "api/v1" : "apis/" + type.apiVersion();
    }
}
