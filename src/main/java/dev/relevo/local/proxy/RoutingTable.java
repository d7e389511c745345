package dev.relevo.local.proxy;

import dev.relevo.local.store.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the proxy knows of the cluster at one moment. It never changes: a request sees the old table or the new one.
 *
 * @param backends where the requests to a Service's port may go
 * @param listenings where to listen
 * @param rules the rules of HTTPRoutes for a port, in the order in which they are tried
 * @param reports what became of the HTTPRoutes
 * @param attached how many routes each listener of each Gateway has
 */
record RoutingTable(
        Map<PortKey, List<Backend>> backends,
        List<Listening> listenings,
        Map<PortKey, List<RouteRule>> rules,
        List<RouteReport> reports,
        Map<ObjectKey, Map<String, Integer>> attached) {
    static final RoutingTable EMPTY = new RoutingTable(Map.of(), List.of(), Map.of(), List.of(), Map.of());

    RoutingTable {
        backends = Map.copyOf(backends);
        listenings = List.copyOf(listenings);
        rules = Map.copyOf(rules);
        reports = List.copyOf(reports);
        attached = Map.copyOf(attached);
    }

    /** The backends of a Service's port; empty where none is ready. */
    List<Backend> backends(PortKey service) {
        return Optional.ofNullable(backends.get(service)).orElse(List.of());
    }

    /** The rules for a port; empty where no route is attached to it. */
    Optional<List<RouteRule>> rules(PortKey port) {
        return Optional.ofNullable(rules.get(port));
    }

    Map<String, Integer> attached(ObjectKey gateway) {
        return Optional.ofNullable(attached.get(gateway)).orElse(Map.of());
    }
}
