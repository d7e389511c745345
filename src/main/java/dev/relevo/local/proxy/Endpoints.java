package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Reads from EndpointSlices where a Service's requests may go. */
final class Endpoints {
    static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private Endpoints() {}

    /** The addresses that new requests to a port of a Service may go to: ready and not terminating. */
    static List<InetSocketAddress> ready(JsonNode servicePort, List<? extends JsonNode> slices) {
        String name = servicePort.path("name").asText("");
        List<InetSocketAddress> ready = new ArrayList<>();
        for (JsonNode slice : slices) {
            for (JsonNode port : slice.path("ports")) {
                if (port.path("name").asText("").equals(name)
                        && port.path("port").asInt() > 0) {
                    collect(slice, port.path("port").asInt(), ready);
                }
            }
        }
        return ready.stream().distinct().toList();
    }

    private static void collect(JsonNode slice, int port, List<InetSocketAddress> ready) {
        for (JsonNode endpoint : slice.path("endpoints")) {
            JsonNode conditions = endpoint.path("conditions");
            boolean usable = conditions.path("ready").asBoolean(true)
                    && !conditions.path("terminating").asBoolean(false);
            String address = endpoint.path("addresses").path(0).asText("");
            if (usable && !address.isEmpty()) {
                ready.add(new InetSocketAddress(address, port));
            }
        }
    }
}
