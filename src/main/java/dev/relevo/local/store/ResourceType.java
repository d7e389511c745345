package dev.relevo.local.store;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One kind of object that the API server serves.
 *
 * @param group the API group, empty for the core group
 * @param version the version that is served and stored, e.g. {@code v1}
 * @param kind e.g. {@code Deployment}
 * @param plural the name in paths, e.g. {@code deployments}
 * @param singular e.g. {@code deployment}
 * @param shortNames what kubectl accepts instead, e.g. {@code deploy}
 * @param namespaced whether its objects live in a namespace
 * @param categories groupings such as {@code all}
 * @param hasStatus whether status is written by a subresource of its own
 * @param hasScale whether replicas can be read and written by the scale subresource
 */
public record ResourceType(
        String group,
        String version,
        String kind,
        String plural,
        String singular,
        List<String> shortNames,
        boolean namespaced,
        List<String> categories,
        boolean hasStatus,
        boolean hasScale) {

    public ResourceType {
        if (version.isBlank() || kind.isBlank() || plural.isBlank() || singular.isBlank()) {
            throw new IllegalArgumentException(
                    "A resource type needs version, kind, plural and singular, not [" + version + "] [" + kind + "]");
        }
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
    }

    /** The same kind in the same version, whatever else is known of it: a definition may be changed later. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResourceType type
                && group.equals(type.group)
                && version.equals(type.version)
                && kind.equals(type.kind)
                && plural.equals(type.plural);
    }

    @Override
    public int hashCode() {
        return Objects.hash(group, version, plural);
    }

    /** {@code v1} or {@code group/version}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The name that error messages use: {@code deployments.apps}, or {@code pods} in the core group. */
    public String groupResource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** The name that validation messages use: {@code Deployment.apps}, or {@code Pod} in the core group. */
    public String groupKind() {
        return group.isEmpty() ? kind : kind + "." + group;
    }

    /** The key of an object of this type; the namespace is ignored for a cluster-wide type. */
    public ObjectKey key(String namespace, String name) {
        return new ObjectKey(this, namespaced ? namespace : "", name);
    }

    @Override
    public String toString() {
        return groupResource();
    }
}
