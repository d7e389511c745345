package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.network.AddressBlock;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps the routing table as the store says. */
final class Router {
    /** The kinds that the table is made from. */
    static final List<ResourceType> KINDS = List.of(
            ResourceTypes.SERVICE, ResourceTypes.ENDPOINT_SLICE, ResourceTypes.GATEWAY, ResourceTypes.HTTP_ROUTE);

    private final ObjectStore store;
    private final Backends backends;
    private final AddressBlock gatewayAddresses;
    private volatile RoutingTable table = RoutingTable.EMPTY;
    private Map<String, WeightedServices> divisions = Map.of();
    private long version = -1;

    Router(ObjectStore store, Backends backends, AddressBlock gatewayAddresses) {
        this.gatewayAddresses = gatewayAddresses;
        this.store = store;
        this.backends = backends;
    }

    RoutingTable table() {
        return table;
    }

    /**
     * Takes over everything up to the given version of the store.
     *
     * @return whether there was something to take over
     */
    synchronized boolean takeOver(long resourceVersion) {
        if (resourceVersion <= version) {
            return false;
        }
        long now = store.resourceVersion();
        table = read();
        version = now;
        Set<InetSocketAddress> used = new HashSet<>();
        table.backends().values().forEach(each -> each.forEach(backend -> used.add(backend.address())));
        backends.retainOnly(used);
        return true;
    }

    private RoutingTable read() {
        Map<ObjectKey, List<ObjectNode>> slices = new HashMap<>();
        for (ObjectNode slice : list(ResourceTypes.ENDPOINT_SLICE)) {
            JsonNode metadata = slice.path("metadata");
            String service =
                    metadata.path("labels").path(Endpoints.SERVICE_LABEL).asText("");
            if (!service.isEmpty()) {
                ObjectKey key =
                        ResourceTypes.SERVICE.key(metadata.path("namespace").asText(), service);
                slices.computeIfAbsent(key, each -> new ArrayList<>()).add(slice);
            }
        }
        Map<PortKey, List<Backend>> ready = new HashMap<>();
        List<Listening> listenings = new ArrayList<>();
        for (ObjectNode service : list(ResourceTypes.SERVICE)) {
            ObjectKey key = ObjectKey.of(ResourceTypes.SERVICE, service);
            String address = service.path("spec").path("clusterIP").asText("");
            for (JsonNode port : service.path("spec").path("ports")) {
                if (!port.path("protocol").asText("TCP").equals("TCP")) {
                    continue;
                }
                PortKey portKey = new PortKey(key, port.path("port").asInt());
                ready.put(
                        portKey,
                        Endpoints.ready(port, slices.getOrDefault(key, List.of())).stream()
                                .map(backends::of)
                                .toList());
                if (!address.isEmpty() && !address.equals("None")) {
                    listenings.add(new Listening(portKey, address, Protocol.of(port)));
                }
            }
        }
        Map<ObjectKey, ObjectNode> gateways = new HashMap<>();
        list(ResourceTypes.GATEWAY)
                .forEach(gateway -> gateways.put(ObjectKey.of(ResourceTypes.GATEWAY, gateway), gateway));
        listenings.addAll(GatewayAddresses.listenings(gateways, gatewayAddresses));
        RouteReader routes = new RouteReader(ready.keySet(), gateways, divisions);
        list(ResourceTypes.HTTP_ROUTE).forEach(routes::read);
        divisions = routes.divisions();
        return new RoutingTable(ready, listenings, routes.rules(), routes.reports(), routes.attached());
    }

    private List<ObjectNode> list(ResourceType type) {
        return store.list(type, "", LabelSelector.everything());
    }
}
