package dev.relevo.cluster;

import org.jspecify.annotations.Nullable;

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

    // Written out, since the JVM makes those of a record at their first call, which takes milliseconds of every
    // command.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ObjectRef ref
                && kind.equals(ref.kind)
                && namespace.equals(ref.namespace)
                && name.equals(ref.name);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * kind.hashCode() + namespace.hashCode()) + name.hashCode();
    }
}
