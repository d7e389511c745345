package dev.relevo.local.api;

import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A part of an object that has a path of its own.
 *
 * @param path its last segment
 * @param kind what it answers
 * @param ownGroupVersion where that is not the group and version of the object
 * @param verbs what can be done with it
 */
record Subresource(String path, String kind, Optional<String> ownGroupVersion, List<String> verbs) {
    private static final List<String> READ_WRITE = List.of("get", "patch", "update");

    static List<Subresource> of(ResourceType type) {
        List<Subresource> found = new ArrayList<>();
        if (type.equals(ResourceTypes.POD)) {
            found.add(new Subresource("binding", "Binding", Optional.empty(), List.of("create")));
            found.add(new Subresource("eviction", "Eviction", Optional.of("policy/v1"), List.of("create")));
            found.add(new Subresource("log", "Pod", Optional.empty(), List.of("get")));
        }
        if (type.equals(ResourceTypes.SERVICE_ACCOUNT)) {
            found.add(new Subresource(
                    "token", "TokenRequest", Optional.of("authentication.k8s.io/v1"), List.of("create")));
        }
        if (type.equals(ResourceTypes.NAMESPACE)) {
            found.add(new Subresource("finalize", "Namespace", Optional.empty(), List.of("update")));
        }
        if (type.hasScale()) {
            found.add(new Subresource("scale", "Scale", Optional.of("autoscaling/v1"), READ_WRITE));
        }
        if (type.hasStatus()) {
            found.add(new Subresource("status", type.kind(), Optional.empty(), READ_WRITE));
        }
        return found;
    }

    /** The group of an apiVersion, empty for the core group. */
    static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
