package dev.relevo.local.proxy;

import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ResourceTypes;

/**
 * A port of a Service or of a Gateway.
 *
 * @param owner the Service or Gateway
 * @param port the port that clients know
 */
record PortKey(ObjectKey owner, int port) {
    static PortKey service(String namespace, String name, int port) {
        return new PortKey(ResourceTypes.SERVICE.key(namespace, name), port);
    }

    /** For people, e.g. {@code Service shop/web port 80}. */
    @Override
    public String toString() {
        return owner.type().kind() + " " + owner.namespace() + "/" + owner.name() + " port " + port;
    }
}
