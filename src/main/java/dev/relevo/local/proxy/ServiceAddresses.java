package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.network.StandIns;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.Trees;
import dev.relevo.local.store.WriteOptions;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/** Writes onto Services and load balancers where they can be reached, and reads back what was written. */
final class ServiceAddresses {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final WriteOptions WRITE = WriteOptions.by("service-proxy");

    private final ObjectStore store;

    ServiceAddresses(ObjectStore store) {
        this.store = store;
    }

    /** The port that stood in for a port before. */
    Optional<Integer> formerPort(PortKey key) {
        return store.get(key.owner())
                .flatMap(owner -> StandIns.of(owner, key.port()))
                .map(InetSocketAddress::getPort);
    }

    /** Writes the addresses onto every Service where something else is written. */
    void publish(Map<PortKey, InetSocketAddress> addresses) {
        for (ObjectNode service : store.list(ResourceTypes.SERVICE, "", LabelSelector.everything())) {
            ObjectKey key = ObjectKey.of(ResourceTypes.SERVICE, service);
            try {
                if (annotate(key, service.deepCopy(), addresses)) {
                    store.modify(key, WRITE, object -> {
                        annotate(key, object, addresses);
                        return object;
                    });
                }
                if (balance(key, service.deepCopy(), addresses)) {
                    store.modifyStatus(key, WRITE, object -> {
                        balance(key, object, addresses);
                        return object;
                    });
                }
            } catch (ApiError e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        }
    }

    private static boolean annotate(ObjectKey key, ObjectNode service, Map<PortKey, InetSocketAddress> addresses) {
        String url = "";
        ObjectNode standIns = JSON.createObjectNode();
        for (JsonNode port : service.path("spec").path("ports")) {
            InetSocketAddress address =
                    addresses.get(new PortKey(key, port.path("port").asInt()));
            if (address == null) {
                continue;
            }
            boolean http = Protocol.of(port) == Protocol.HTTP;
            if (url.isEmpty() || (http && !url.startsWith("http"))) {
                url = url(http, address);
            }
            boolean own = address.getPort() == port.path("port").asInt()
                    && address.getHostString()
                            .equals(service.path("spec").path("clusterIP").asText());
            if (!own) {
                standIns.put(port.path("port").asText(), address.getHostString() + ":" + address.getPort());
            }
        }
        boolean changed = set(service, ServiceProxy.URL_ANNOTATION, url);
        return set(service, ServiceProxy.ADDRESSES_ANNOTATION, standIns.isEmpty() ? "" : standIns.toString())
                || changed;
    }

    /** The URL of an address, without the port that its scheme has anyway. */
    static String url(boolean http, InetSocketAddress address) {
        return (http ? "http://" : "tcp://")
                + address.getHostString()
                + (http && address.getPort() == 80 ? "" : ":" + address.getPort());
    }

    /** Sets an annotation, or removes it when the value is empty; tells whether that changed anything. */
    static boolean set(ObjectNode object, String annotation, String value) {
        ObjectNode metadata = Trees.child(object, "metadata");
        if (metadata.path("annotations").path(annotation).asText("").equals(value)) {
            return false;
        }
        ObjectNode annotations = Trees.child(metadata, "annotations");
        if (value.isEmpty()) {
            annotations.remove(annotation);
        } else {
            annotations.put(annotation, value);
        }
        return true;
    }

    private static boolean balance(ObjectKey key, ObjectNode service, Map<PortKey, InetSocketAddress> addresses) {
        if (!service.path("spec").path("type").asText().equals("LoadBalancer")) {
            return false;
        }
        ObjectNode balancer = Trees.child(Trees.child(service, "status"), "loadBalancer");
        JsonNode before = balancer.path("ingress").deepCopy();
        balancer.remove("ingress");
        for (JsonNode port : service.path("spec").path("ports")) {
            InetSocketAddress address =
                    addresses.get(new PortKey(key, port.path("port").asInt()));
            if (address != null && balancer.path("ingress").isMissingNode()) {
                ObjectNode ingress = balancer.putArray("ingress").addObject();
                ingress.put("ip", address.getHostString()).put("ipMode", "VIP");
                if (address.getPort() != port.path("port").asInt()) {
                    ingress.putArray("ports")
                            .addObject()
                            .put("port", address.getPort())
                            .put("protocol", "TCP");
                }
            }
        }
        return !balancer.path("ingress").equals(before);
    }
}
