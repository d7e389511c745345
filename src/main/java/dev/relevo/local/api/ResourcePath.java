package dev.relevo.local.api;

import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the path of a request names.
 *
 * @param type the type
 * @param namespace empty for all namespaces or a cluster-wide type
 * @param name empty for a collection
 * @param subresource empty for the object itself
 */
record ResourcePath(ResourceType type, String namespace, String name, String subresource) {

    /** Reads a path below {@code /api/v1} or {@code /apis/group/version}; empty when it names no resource. */
    static Optional<ResourcePath> parse(String path, ResourceTypes types) {
        List<String> parts = Arrays.asList(path.substring(1).split("/", -1));
        boolean core = parts.get(0).equals("api");
        int start = core ? 2 : 3;
        if ((!core && !parts.get(0).equals("apis")) || parts.size() <= start || parts.contains("")) {
            return Optional.empty();
        }
        String group = core ? "" : parts.get(1);
        String version = parts.get(start - 1);
        List<String> rest = parts.subList(start, parts.size());
        if (rest.get(0).equals("namespaces") && rest.size() > 2 && !isNamespaceSubresource(rest, core)) {
            return types.byPath(group, version, rest.get(2))
                    .filter(ResourceType::namespaced)
                    .map(type -> at(type, rest.get(1), rest.subList(3, rest.size())));
        }
        return types.byPath(group, version, rest.get(0)).map(type -> at(type, "", rest.subList(1, rest.size())));
    }

    private static boolean isNamespaceSubresource(List<String> rest, boolean core) {
        return core
                && rest.size() == 3
                && (rest.get(2).equals("status") || rest.get(2).equals("finalize"));
    }

    private static ResourcePath at(ResourceType type, String namespace, List<String> rest) {
        return new ResourcePath(type, namespace, rest.isEmpty() ? "" : rest.get(0), rest.size() < 2 ? "" : rest.get(1));
    }

    ObjectKey key() {
        return type.key(namespace, name);
    }
}
