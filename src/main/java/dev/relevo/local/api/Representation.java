package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ResourceType;
import java.util.List;

/** The form in which objects are answered, as the {@code Accept} header asks for it. */
enum Representation {
    /** The objects as they are. */
    OBJECT {
        @Override
        ObjectNode one(ResourceType type, ObjectNode object, String include) {
            return object;
        }

        @Override
        ObjectNode list(ResourceType type, ListAnswer answer, String include) {
            ObjectNode list = header(type.kind() + "List", type.apiVersion());
            list.set("metadata", answer.metadata());
            ArrayNode items = list.putArray("items");
            answer.items().forEach(items::add);
            return list;
        }
    },

    /** Rows and columns, which kubectl prints. */
    TABLE {
        @Override
        ObjectNode one(ResourceType type, ObjectNode object, String include) {
            ObjectNode metadata = JsonNodeFactory.instance.objectNode();
            metadata.put(
                    "resourceVersion",
                    object.path("metadata").path("resourceVersion").asText());
            return Tables.of(type).render(List.of(object), metadata, include);
        }

        @Override
        ObjectNode list(ResourceType type, ListAnswer answer, String include) {
            return Tables.of(type).render(answer.items(), answer.metadata(), include);
        }
    },

    /** Metadata alone. */
    PARTIAL {
        @Override
        ObjectNode one(ResourceType type, ObjectNode object, String include) {
            ObjectNode partial = header("PartialObjectMetadata", "meta.k8s.io/v1");
            partial.set("metadata", object.path("metadata"));
            return partial;
        }

        @Override
        ObjectNode list(ResourceType type, ListAnswer answer, String include) {
            ObjectNode list = header("PartialObjectMetadataList", "meta.k8s.io/v1");
            list.set("metadata", answer.metadata());
            ArrayNode items = list.putArray("items");
            answer.items().forEach(item -> items.add(one(type, item, include)));
            return list;
        }
    };

    abstract ObjectNode one(ResourceType type, ObjectNode object, String include);

    abstract ObjectNode list(ResourceType type, ListAnswer answer, String include);

    static ObjectNode header(String kind, String apiVersion) {
        return JsonNodeFactory.instance.objectNode().put("kind", kind).put("apiVersion", apiVersion);
    }

    /**
     * The first form that is asked for and offered.
     *
     * @throws ApiError 406 when there is none
     */
    static Representation accepted(String accept) {
        if (accept.isBlank()) {
            return OBJECT;
        }
        for (String range : accept.split(",")) {
            String[] parts = range.strip().split("\\s*;\\s*");
            boolean json = List.of("application/json", "application/*", "*/*").contains(parts[0]);
            if (!json) {
                continue;
            }
            String form = "";
            for (String part : parts) {
                form = part.startsWith("as=") ? part.substring(3) : form;
            }
            switch (form) {
                case "" -> {
                    return OBJECT;
                }
                case "Table" -> {
                    return TABLE;
                }
                case "PartialObjectMetadata", "PartialObjectMetadataList" -> {
                    return PARTIAL;
                }
                default -> {}
            }
        }
        throw ApiError.of(
                406,
                "NotAcceptable",
                "only the following media types are accepted: application/json, application/yaml, not [" + accept
                        + "]");
    }
}
