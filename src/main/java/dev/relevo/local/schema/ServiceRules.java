package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Services: addresses and node ports are assigned once and kept. */
final class ServiceRules implements KindRules {
    private static final int FIRST_NODE_PORT = 30_000;
    private static final int LAST_NODE_PORT = 32_767;
    private static final List<String> TYPES = List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");

    private final ClusterIps addresses;

    ServiceRules(ClusterIps addresses) {
        this.addresses = addresses;
    }

    @Override
    public void applyDefaults(ObjectNode service) {
        NetworkDefaults.service(service);
    }

    @Override
    public void prepare(Admission.Change change, ObjectStore store) {
        ObjectNode spec = Fields.child(change.after(), "spec");
        String type = spec.path("type").asText();
        if (change.before().isEmpty()) {
            change.after().putObject("status").putObject("loadBalancer");
        }
        if (type.equals("ExternalName")) {
            spec.remove(List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"));
            return;
        }
        change.before().ifPresent(before -> {
            if (isMisplaced(before)) {
                spec.remove(List.of("clusterIP", "clusterIPs"));
            } else {
                keep(before.path("spec"), spec);
            }
        });
        List<ObjectNode> others = store.list(ResourceTypes.SERVICE, "", LabelSelector.everything());
        if (spec.path("clusterIP").asText("").isEmpty()) {
            spec.put("clusterIP", addresses.allocate(takenAddresses(others)).orElseThrow(ServiceRules::exhausted));
        }
        Fields.orElse(spec, "clusterIPs", spec.arrayNode().add(spec.path("clusterIP")));
        Fields.orElse(spec, "ipFamilies", spec.arrayNode().add("IPv4"));
        Fields.orElse(spec, "ipFamilyPolicy", "SingleStack");
        if (type.equals("NodePort") || type.equals("LoadBalancer")) {
            assignNodePorts(spec, others);
        } else {
            Fields.objects(spec, "ports").forEach(port -> port.remove("nodePort"));
        }
    }

    /** Whether it has an address from another range than the present one: it gets a new one at the next write. */
    private boolean isMisplaced(JsonNode service) {
        String address = service.path("spec").path("clusterIP").asText("");
        return !address.isEmpty() && !address.equals("None") && !addresses.contains(address);
    }

    private static void keep(JsonNode before, ObjectNode spec) {
        for (String field : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
            JsonNode old = before.get(field);
            if (old != null
                    && spec.path(field).asText("").isEmpty()
                    && spec.path(field).isEmpty()) {
                spec.set(field, old);
            }
        }
        for (ObjectNode port : Fields.objects(spec, "ports")) {
            for (JsonNode old : before.path("ports")) {
                if (old.has("nodePort") && old.path("port").equals(port.path("port"))) {
                    Fields.orElse(port, "nodePort", old.path("nodePort"));
                }
            }
        }
    }

    private static Set<String> takenAddresses(List<ObjectNode> services) {
        Set<String> taken = new HashSet<>();
        services.forEach(
                service -> taken.add(service.path("spec").path("clusterIP").asText()));
        return taken;
    }

    private static ApiError exhausted() {
        return ApiError.of(
                500, "InternalError", "failed to allocate a serviceIP: all addresses are taken; delete a Service");
    }

    private static void assignNodePorts(ObjectNode spec, List<ObjectNode> services) {
        Set<Integer> taken = new TreeSet<>();
        services.forEach(service -> service.path("spec")
                .path("ports")
                .forEach(port -> taken.add(port.path("nodePort").asInt())));
        for (ObjectNode port : Fields.objects(spec, "ports")) {
            int candidate = FIRST_NODE_PORT;
            while (!port.has("nodePort")) {
                if (candidate > LAST_NODE_PORT) {
                    throw ApiError.of(500, "InternalError", "failed to allocate a nodePort: range is full");
                }
                if (taken.add(candidate)) {
                    port.put("nodePort", candidate);
                }
                candidate++;
            }
        }
    }

    @Override
    public void validate(Admission.Change change, FieldErrors errors) {
        JsonNode spec = change.after().path("spec");
        String type = spec.path("type").asText();
        if (!TYPES.contains(type)) {
            errors.notSupported("spec.type", spec.path("type"), TYPES);
        }
        String address = spec.path("clusterIP").asText("");
        boolean headless = address.equals("None");
        if (spec.path("ports").isEmpty() && !headless && !type.equals("ExternalName")) {
            errors.required("spec.ports", "");
        }
        if (type.equals("ExternalName") && spec.path("externalName").asText("").isEmpty()) {
            errors.required("spec.externalName", "");
        }
        PortValidation.servicePorts(spec.path("ports"), errors);
        if (change.before().isEmpty() && !headless && !address.isEmpty() && !addresses.contains(address)) {
            errors.invalid(
                    "spec.clusterIPs",
                    spec.path("clusterIPs"),
                    "failed to allocate IP " + address + ": the provided IP (" + address
                            + ") is not in the valid range");
        }
        change.before().ifPresent(before -> {
            String old = before.path("spec").path("clusterIP").asText("");
            if (!old.isEmpty() && !type.equals("ExternalName") && !address.equals(old) && !isMisplaced(before)) {
                errors.invalid("spec.clusterIPs[0]", spec.path("clusterIPs"), "may not change once set");
            }
        });
    }
}
