package dev.relevo.cluster;

/**
 * Where an object is.
 *
 * @param kind its kind
 * @param namespace its namespace; empty for a cluster-scoped object
 * @param name its name
 */
public record ObjectRef(Kind kind, String namespace, String name) {
    public ObjectRef {
        if (name.isBlank()) {
            throw new IllegalArgumentException("A reference to a " + kind + " needs a name");
        }
    }

    @Override
    public String toString() {
        return kind.name() + "/" + name + (namespace.isEmpty() ? "" : " in " + namespace);
    }
}
