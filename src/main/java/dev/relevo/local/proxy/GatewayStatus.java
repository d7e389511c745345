package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.controller.Conditions;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.Trees;
import dev.relevo.local.store.WriteOptions;
import java.net.InetSocketAddress;
import java.util.Map;

/** Writes onto Gateways where they can be reached, and onto HTTPRoutes what became of them. */
final class GatewayStatus {
    static final String CONTROLLER = "local.relevo.dev/service-proxy";
    private static final WriteOptions WRITE = WriteOptions.by("service-proxy");

    private final ObjectStore store;

    GatewayStatus(ObjectStore store) {
        this.store = store;
    }

    void publish(RoutingTable table, Map<PortKey, InetSocketAddress> addresses) {
        for (ObjectNode gateway : store.list(ResourceTypes.GATEWAY, "", LabelSelector.everything())) {
            ObjectKey key = ObjectKey.of(ResourceTypes.GATEWAY, gateway);
            ifPresent(() -> publish(key, gateway, table, addresses));
        }
        for (RouteReport report : table.reports()) {
            ifPresent(() -> store.modifyStatus(report.route(), WRITE, route -> {
                describe(route, report);
                return route;
            }));
        }
    }

    /** An object that was deleted meanwhile needs no status. */
    private static void ifPresent(Runnable write) {
        try {
            write.run();
        } catch (ApiError e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private void publish(
            ObjectKey key, ObjectNode gateway, RoutingTable table, Map<PortKey, InetSocketAddress> addresses) {
        String url = "";
        ObjectNode standIns = gateway.objectNode();
        String ip = "";
        for (JsonNode listener : gateway.path("spec").path("listeners")) {
            InetSocketAddress address =
                    addresses.get(new PortKey(key, listener.path("port").asInt()));
            if (address == null) {
                continue;
            }
            if (url.isEmpty()) {
                url = ServiceAddresses.url(true, address);
                ip = address.getHostString();
            }
            if (address.getPort() != listener.path("port").asInt()) {
                standIns.put(listener.path("port").asText(), address.getHostString() + ":" + address.getPort());
            }
        }
        String reached = url;
        String host = ip;
        store.modify(key, WRITE, object -> {
            ServiceAddresses.set(object, ServiceProxy.URL_ANNOTATION, reached);
            ServiceAddresses.set(
                    object, ServiceProxy.ADDRESSES_ANNOTATION, standIns.isEmpty() ? "" : standIns.toString());
            return object;
        });
        Map<String, Integer> attached = table.attached(key);
        store.modifyStatus(key, WRITE, object -> {
            ObjectNode status = Trees.child(object, "status");
            status.remove("addresses");
            if (!host.isEmpty()) {
                status.putArray("addresses")
                        .addObject()
                        .put("type", "IPAddress")
                        .put("value", host);
            }
            long generation = object.path("metadata").path("generation").asLong();
            set(status, generation, "Accepted", true, "Accepted", "The Gateway is served by the local environment");
            set(
                    status,
                    generation,
                    "Programmed",
                    !host.isEmpty(),
                    host.isEmpty() ? "AddressNotAssigned" : "Programmed",
                    host.isEmpty() ? "The Gateway has no HTTP listener" : "Requests are answered at " + reached);
            describeListeners(object, status, generation, attached);
            return object;
        });
    }

    private static void describeListeners(
            ObjectNode gateway, ObjectNode status, long generation, Map<String, Integer> attached) {
        JsonNode before = status.path("listeners");
        ArrayNode listeners = status.arrayNode();
        for (JsonNode listener : gateway.path("spec").path("listeners")) {
            String name = listener.path("name").asText();
            boolean http = listener.path("protocol").asText().equals("HTTP");
            ObjectNode each = named(before, name);
            each.put("name", name).put("attachedRoutes", attached.getOrDefault(name, 0));
            each.putArray("supportedKinds")
                    .addObject()
                    .put("group", ResourceTypes.HTTP_ROUTE.group())
                    .put("kind", ResourceTypes.HTTP_ROUTE.kind());
            set(
                    each,
                    generation,
                    "Accepted",
                    http,
                    http ? "Accepted" : "UnsupportedProtocol",
                    http ? "The listener is served" : "Only HTTP is served");
            set(each, generation, "Programmed", http, http ? "Programmed" : "Invalid", "");
            set(each, generation, "ResolvedRefs", true, "ResolvedRefs", "");
            listeners.add(each);
        }
        status.set("listeners", listeners);
    }

    private static ObjectNode named(JsonNode listeners, String name) {
        for (JsonNode each : listeners) {
            if (each.path("name").asText().equals(name) && each instanceof ObjectNode object) {
                return object.deepCopy();
            }
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private static void describe(ObjectNode route, RouteReport report) {
        ObjectNode status = Trees.child(route, "status");
        JsonNode before = status.path("parents").deepCopy();
        ArrayNode parents = status.putArray("parents");
        for (JsonNode each : before) {
            if (!each.path("controllerName").asText().equals(CONTROLLER)) {
                parents.add(each);
            }
        }
        for (RouteReport.Parent parent : report.parents()) {
            ObjectNode entry = parents.addObject();
            for (JsonNode each : before) {
                boolean same = each.path("controllerName").asText().equals(CONTROLLER)
                        && each.path("parentRef").equals(parent.reference());
                if (same && each instanceof ObjectNode known) {
                    entry.setAll(known.deepCopy());
                }
            }
            entry.set("parentRef", parent.reference());
            entry.put("controllerName", CONTROLLER);
            set(entry, report.generation(), "Accepted", parent.accepted());
            set(entry, report.generation(), "ResolvedRefs", parent.resolved());
        }
    }

    private static void set(ObjectNode entry, long generation, String type, RouteReport.Outcome outcome) {
        set(entry, generation, type, outcome.reason().equals(type), outcome.reason(), outcome.message());
    }

    private static void set(
            ObjectNode status, long generation, String type, boolean holds, String reason, String message) {
        Conditions.set(status, type, holds ? "True" : "False", reason, message, false);
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type) && condition instanceof ObjectNode object) {
                object.put("observedGeneration", generation);
            }
        }
    }
}
