package dev.relevo.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Nothing is created in a namespace that is missing or on its way out. */
final class NamespaceLifecycle {
    private NamespaceLifecycle() {}

    static void check(ResourceType type, String namespace, ObjectNode object, Contents contents) {
        if (!type.namespaced()) {
            return;
        }
        ObjectKey key = ResourceTypes.NAMESPACE.key("", namespace);
        Optional<ObjectNode> found = contents.get(key);
        if (found.isEmpty()) {
            throw ApiError.notFound(key);
        }
        if (found.get().path("metadata").has("deletionTimestamp")) {
            String name = object.path("metadata").path("name").asText();
            throw ApiError.forbidden(
                    type,
                    name,
                    "unable to create new content in namespace " + namespace + " because it is being terminated",
                    List.of(new ApiError.Cause(
                            "NamespaceTerminating",
                            "namespace " + namespace + " is being terminated",
                            "metadata.namespace")));
        }
    }
}
