package dev.relevo.local.store;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What identifies an object.
 *
 * @param type its type
 * @param namespace its namespace, empty for a cluster-wide type
 * @param name its name
 */
public record ObjectKey(ResourceType type, String namespace, String name) implements Comparable<ObjectKey> {
    public ObjectKey {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("An object of " + type + " needs a name");
        }
        if (type.namespaced() == namespace.isEmpty()) {
            throw new IllegalArgumentException("[" + namespace + "] is no namespace for " + type + " [" + name + "]: "
                    + (type.namespaced() ? "it needs one" : "it has none"));
        }
    }

    /** The key of a stored object of the given type. */
    public static ObjectKey of(ResourceType type, JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return type.key(
                metadata.path("namespace").asText(""), metadata.path("name").asText());
    }

    /** By namespace, then name: the order of lists. */
    @Override
    public int compareTo(ObjectKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        if (byNamespace != 0) {
            return byNamespace;
        }
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : type.groupResource().compareTo(other.type.groupResource());
    }

    @Override
    public String toString() {
        return type.groupResource() + "/" + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
