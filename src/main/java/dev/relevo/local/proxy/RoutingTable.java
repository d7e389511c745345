package dev.relevo.local.proxy;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the proxy knows of the cluster at one moment. It never changes: a request sees the old table or the new one.
 *
 * @param backends where the requests to a Service's port may go
 * @param listenings where to listen
 */
record RoutingTable(Map<PortKey, List<Backend>> backends, List<Listening> listenings) {
    static final RoutingTable EMPTY = new RoutingTable(Map.of(), List.of());

    RoutingTable {
        backends = Map.copyOf(backends);
        listenings = List.copyOf(listenings);
    }

    /** The backends of a Service's port; empty where none is ready. */
    List<Backend> backends(PortKey service) {
        return Optional.ofNullable(backends.get(service)).orElse(List.of());
    }
}
