package dev.relevo.local.api;

import static dev.relevo.local.api.Cells.NONE;
import static dev.relevo.local.api.Cells.age;
import static dev.relevo.local.api.Cells.at;
import static dev.relevo.local.api.Cells.map;
import static dev.relevo.local.api.Cells.name;
import static dev.relevo.local.api.Cells.text;
import static dev.relevo.local.api.Cells.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.api.Tables.Column;
import java.util.ArrayList;
import java.util.List;

/** How the kinds that describe traffic are printed. */
final class NetworkColumns {
    private static final int SHOWN_ENDPOINTS = 3;

    private NetworkColumns() {}

    static List<Column> service() {
        return List.of(
                name(),
                text("Type", service -> at(service, "/spec/type", "")),
                text("Cluster-IP", service -> at(service, "/spec/clusterIP", NONE)),
                text("External-IP", NetworkColumns::external),
                text("Port(s)", NetworkColumns::ports),
                age(),
                wide(text("Selector", service -> map(service.at("/spec/selector")))));
    }

    private static String external(ObjectNode service) {
        return switch (service.at("/spec/type").asText()) {
            case "ExternalName" -> at(service, "/spec/externalName", NONE);
            case "LoadBalancer" -> at(service, "/status/loadBalancer/ingress/0/ip", "<pending>");
            default -> Cells.values(service.at("/spec/externalIPs"), NONE);
        };
    }

    private static String ports(ObjectNode service) {
        List<String> ports = new ArrayList<>();
        for (JsonNode port : service.at("/spec/ports")) {
            String node = port.has("nodePort") ? ":" + port.path("nodePort").asText() : "";
            ports.add(port.path("port").asText() + node + "/"
                    + port.path("protocol").asText());
        }
        return ports.isEmpty() ? NONE : String.join(",", ports);
    }

    static List<Column> endpoints() {
        return List.of(
                name(),
                text("Endpoints", endpoints -> {
                    List<String> all = new ArrayList<>();
                    for (JsonNode subset : endpoints.path("subsets")) {
                        for (JsonNode port : subset.path("ports")) {
                            subset.path("addresses")
                                    .forEach(address ->
                                            all.add(address.path("ip").asText() + ":"
                                                    + port.path("port").asText()));
                        }
                    }
                    return some(all, NONE);
                }),
                age());
    }

    static List<Column> endpointSlice() {
        return List.of(
                name(),
                text("AddressType", slice -> at(slice, "/addressType", "")),
                text("Ports", slice -> {
                    List<String> ports = new ArrayList<>();
                    slice.path("ports")
                            .forEach(port -> ports.add(port.path("port").asText("*")));
                    return some(ports, "<unset>");
                }),
                text("Endpoints", slice -> {
                    List<String> all = new ArrayList<>();
                    slice.path("endpoints")
                            .forEach(endpoint ->
                                    endpoint.path("addresses").forEach(address -> all.add(address.asText())));
                    return some(all, "<unset>");
                }),
                age());
    }

    private static String some(List<String> all, String none) {
        if (all.isEmpty()) {
            return none;
        }
        int more = all.size() - SHOWN_ENDPOINTS;
        return more <= 0
                ? String.join(",", all)
                : String.join(",", all.subList(0, SHOWN_ENDPOINTS)) + " + " + more + " more...";
    }

    static List<Column> ingress() {
        return List.of(
                name(),
                text("Class", ingress -> at(ingress, "/spec/ingressClassName", NONE)),
                text("Hosts", ingress -> {
                    List<String> hosts = new ArrayList<>();
                    ingress.at("/spec/rules").forEach(rule -> hosts.add(at(rule, "/host", "*")));
                    return hosts.isEmpty() ? "*" : String.join(",", hosts);
                }),
                text("Address", ingress -> Cells.each(ingress.at("/status/loadBalancer/ingress"), "ip")),
                text("Ports", ingress -> ingress.at("/spec/tls").isEmpty() ? "80" : "80, 443"),
                age());
    }

    static List<Column> gateway() {
        return List.of(
                name(),
                text("Class", gateway -> at(gateway, "/spec/gatewayClassName", "")),
                text("Address", gateway -> Cells.each(gateway.at("/status/addresses"), "value")),
                text("Programmed", gateway -> {
                    for (JsonNode condition : gateway.at("/status/conditions")) {
                        if (condition.path("type").asText().equals("Programmed")) {
                            return condition.path("status").asText();
                        }
                    }
                    return "";
                }),
                age());
    }

    /** A list in the form of a printed JSON path. */
    static String list(JsonNode items) {
        return items.isMissingNode() ? "" : items.toString();
    }
}
