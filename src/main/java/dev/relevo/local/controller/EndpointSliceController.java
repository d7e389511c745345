package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps the EndpointSlices of Services with a selector: one for each set of ports that its pods have. */
final class EndpointSliceController extends Controller {
    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    static final String MANAGER = "endpointslice-controller.k8s.io";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Where pods share one address, they say here which port each container port really is. */
    private static final String PORTS_ANNOTATION = "local.relevo.dev/ports";

    EndpointSliceController(ObjectStore store, Workers workers, EventRecorder events) {
        super(ResourceTypes.SERVICE, store, workers, events);
    }

    @Override
    void start() {
        watchOwn();
        watch(ResourceTypes.POD, this::services);
        watch(
                ResourceTypes.ENDPOINT_SLICE,
                slice -> Meta.label(slice, MANAGED_BY).equals(MANAGER)
                        ? List.of(ResourceTypes.SERVICE.key(Meta.namespace(slice), Meta.label(slice, SERVICE_NAME)))
                        : List.of());
    }

    private List<ObjectKey> services(ObjectNode pod) {
        List<ObjectKey> keys = new ArrayList<>();
        for (ObjectNode service : store.list(ResourceTypes.SERVICE, Meta.namespace(pod), LabelSelector.everything())) {
            if (selects(service, pod)) {
                keys.add(ObjectKey.of(ResourceTypes.SERVICE, service));
            }
        }
        return keys;
    }

    private static boolean selects(JsonNode service, JsonNode pod) {
        JsonNode selector = service.path("spec").path("selector");
        return !selector.isEmpty() && LabelSelector.ofMap(selector).matches(pod);
    }

    @Override
    void gone(ObjectKey key) {
        for (ObjectNode slice : slicesOf(key)) {
            delete(slice);
        }
    }

    @Override
    void reconcile(ObjectKey key, ObjectNode service) {
        JsonNode spec = service.path("spec");
        if (spec.path("selector").isEmpty() || spec.path("type").asText().equals("ExternalName")) {
            return;
        }
        Map<ArrayNode, ArrayNode> wanted = new LinkedHashMap<>();
        List<ObjectNode> pods =
                store.list(ResourceTypes.POD, key.namespace(), LabelSelector.ofMap(spec.path("selector"))).stream()
                        .sorted(Comparator.comparing(Meta::name))
                        .toList();
        for (ObjectNode pod : pods) {
            if (!Pods.isTerminal(pod)
                    && !pod.path("status").path("podIP").asText("").isEmpty()) {
                wanted.computeIfAbsent(ports(service, pod), ports -> JSON.createArrayNode())
                        .add(endpoint(service, pod));
            }
        }
        if (wanted.isEmpty()) {
            wanted.put(JSON.createArrayNode(), JSON.createArrayNode());
        }
        write(key, service, wanted);
    }

    private static ArrayNode ports(JsonNode service, JsonNode pod) {
        ArrayNode ports = JSON.createArrayNode();
        for (JsonNode port : service.path("spec").path("ports")) {
            int number = target(pod, port);
            if (number > 0) {
                ObjectNode each = ports.addObject()
                        .put("name", port.path("name").asText(""))
                        .put("port", actual(pod, number))
                        .put("protocol", port.path("protocol").asText("TCP"));
                if (port.hasNonNull("appProtocol")) {
                    each.set("appProtocol", port.path("appProtocol"));
                }
            }
        }
        return ports;
    }

    private static int target(JsonNode pod, JsonNode servicePort) {
        JsonNode target = servicePort.path("targetPort");
        if (target.isMissingNode() || target.asText().isEmpty()) {
            return servicePort.path("port").asInt();
        }
        if (target.isInt() || target.asText().matches("[0-9]+")) {
            return target.asInt();
        }
        for (JsonNode container : pod.path("spec").path("containers")) {
            for (JsonNode port : container.path("ports")) {
                if (port.path("name").asText().equals(target.asText())) {
                    return port.path("containerPort").asInt();
                }
            }
        }
        return 0;
    }

    private static int actual(JsonNode pod, int port) {
        String mapping = Meta.annotation(pod, PORTS_ANNOTATION);
        try {
            return mapping.isEmpty()
                    ? port
                    : JSON.readTree(mapping).path(String.valueOf(port)).asInt(port);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            return port;
        }
    }

    private static ObjectNode endpoint(JsonNode service, JsonNode pod) {
        boolean serving = Pods.isReady(pod);
        boolean terminating = Meta.isDeleting(pod);
        boolean always = service.path("spec").path("publishNotReadyAddresses").asBoolean();
        ObjectNode endpoint = JSON.createObjectNode();
        endpoint.putArray("addresses").add(pod.path("status").path("podIP").asText());
        endpoint.putObject("conditions")
                .put("ready", always || (serving && !terminating))
                .put("serving", serving)
                .put("terminating", terminating);
        endpoint.put("nodeName", pod.path("spec").path("nodeName").asText());
        endpoint.putObject("targetRef")
                .put("kind", "Pod")
                .put("namespace", Meta.namespace(pod))
                .put("name", Meta.name(pod))
                .put("uid", Meta.uid(pod));
        return endpoint;
    }

    private void write(ObjectKey key, ObjectNode service, Map<ArrayNode, ArrayNode> wanted) {
        List<ObjectNode> present = new ArrayList<>(slicesOf(key));
        for (Map.Entry<ArrayNode, ArrayNode> each : wanted.entrySet()) {
            ObjectNode reused = take(present, each.getKey());
            if (reused == null) {
                create(key, service, each.getKey(), each.getValue());
            } else {
                store.modify(ObjectKey.of(ResourceTypes.ENDPOINT_SLICE, reused), WriteOptions.NONE, slice -> {
                    slice.set("ports", each.getKey());
                    slice.set("endpoints", each.getValue());
                    label(slice, service);
                    return slice;
                });
            }
        }
        present.forEach(this::delete);
    }

    /** Takes the slice of these ports out of the list, or else any slice, or nothing. */
    private static @org.jspecify.annotations.Nullable ObjectNode take(List<ObjectNode> present, ArrayNode ports) {
        for (ObjectNode slice : present) {
            if (slice.path("ports").equals(ports)) {
                present.remove(slice);
                return slice;
            }
        }
        return present.isEmpty() ? null : present.remove(0);
    }

    private void create(ObjectKey key, ObjectNode service, ArrayNode ports, ArrayNode endpoints) {
        ObjectNode slice = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "discovery.k8s.io/v1")
                .put("kind", "EndpointSlice");
        slice.putObject("metadata").put("generateName", key.name() + "-");
        label(slice, service);
        Meta.own(slice, ResourceTypes.SERVICE, service);
        slice.put("addressType", "IPv4");
        slice.set("ports", ports);
        slice.set("endpoints", endpoints);
        try {
            store.create(ResourceTypes.ENDPOINT_SLICE, key.namespace(), slice);
        } catch (ApiError e) {
            if (e.code() != 403) {
                throw e;
            }
        }
    }

    private static void label(ObjectNode slice, JsonNode service) {
        ObjectNode labels = Meta.child(Meta.child(slice, "metadata"), "labels");
        labels.removeAll();
        service.path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.set(label.getKey(), label.getValue()));
        labels.put(SERVICE_NAME, Meta.name(service)).put(MANAGED_BY, MANAGER);
        if (service.path("spec").path("clusterIP").asText().equals("None")) {
            labels.put("service.kubernetes.io/headless", "");
        }
    }

    private List<ObjectNode> slicesOf(ObjectKey service) {
        return store.list(
                ResourceTypes.ENDPOINT_SLICE,
                service.namespace(),
                LabelSelector.of(Map.of(SERVICE_NAME, service.name(), MANAGED_BY, MANAGER)));
    }

    private void delete(ObjectNode slice) {
        try {
            store.delete(ObjectKey.of(ResourceTypes.ENDPOINT_SLICE, slice), DeleteOptions.defaults());
        } catch (ApiError e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
