package dev.relevo.local.schema;

import static dev.relevo.local.schema.Fields.child;
import static dev.relevo.local.schema.Fields.objects;
import static dev.relevo.local.schema.Fields.orElse;
import static dev.relevo.local.schema.Fields.orElseIfEmpty;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The defaults of the kinds that describe traffic. */
final class NetworkDefaults {
    private static final String GATEWAY_GROUP = "gateway.networking.k8s.io";
    private static final int SESSION_SECONDS = 10_800;

    private NetworkDefaults() {}

    static void service(ObjectNode service) {
        ObjectNode spec = child(service, "spec");
        orElseIfEmpty(spec, "sessionAffinity", "None");
        orElseIfEmpty(spec, "type", "ClusterIP");
        if (spec.path("sessionAffinity").asText().equals("ClientIP")) {
            orElse(child(child(spec, "sessionAffinityConfig"), "clientIP"), "timeoutSeconds", SESSION_SECONDS);
        }
        for (ObjectNode port : objects(spec, "ports")) {
            orElseIfEmpty(port, "protocol", "TCP");
            if (port.path("targetPort").asText("0").matches("0|")) {
                orElse(port.without("targetPort"), "targetPort", port.path("port"));
            }
        }
        String type = spec.path("type").asText();
        if (type.equals("NodePort") || type.equals("LoadBalancer")) {
            orElseIfEmpty(spec, "externalTrafficPolicy", "Cluster");
        }
        if (type.equals("LoadBalancer")) {
            orElse(spec, "allocateLoadBalancerNodePorts", true);
        }
        if (!type.equals("ExternalName")) {
            orElseIfEmpty(spec, "internalTrafficPolicy", "Cluster");
        }
    }

    static void endpointSlice(ObjectNode slice) {
        for (ObjectNode port : objects(slice, "ports")) {
            orElse(port, "name", "");
            orElse(port, "protocol", "TCP");
        }
    }

    static void endpoints(ObjectNode endpoints) {
        for (ObjectNode subset : objects(endpoints, "subsets")) {
            objects(subset, "ports").forEach(port -> orElseIfEmpty(port, "protocol", "TCP"));
        }
    }

    static void networkPolicy(ObjectNode policy) {
        ObjectNode spec = child(policy, "spec");
        for (String direction : List.of("ingress", "egress")) {
            for (ObjectNode rule : objects(spec, direction)) {
                objects(rule, "ports").forEach(port -> orElse(port, "protocol", "TCP"));
            }
        }
        if (spec.path("policyTypes").isEmpty()) {
            ArrayNode types = spec.putArray("policyTypes").add("Ingress");
            if (!spec.path("egress").isEmpty()) {
                types.add("Egress");
            }
        }
    }

    static void httpRoute(ObjectNode route) {
        ObjectNode spec = child(route, "spec");
        for (ObjectNode parent : objects(spec, "parentRefs")) {
            orElse(parent, "group", GATEWAY_GROUP);
            orElse(parent, "kind", "Gateway");
        }
        if (!spec.has("rules")) {
            spec.putArray("rules").addObject();
        }
        for (ObjectNode rule : objects(spec, "rules")) {
            if (!rule.has("matches")) {
                rule.putArray("matches").addObject().putObject("path");
            }
            objects(rule, "matches").forEach(NetworkDefaults::match);
            objects(rule, "backendRefs").forEach(NetworkDefaults::backend);
            for (ObjectNode filter : objects(rule, "filters")) {
                Fields.object(filter, "requestMirror", "backendRef").ifPresent(NetworkDefaults::reference);
                Fields.object(filter, "requestRedirect").ifPresent(redirect -> orElse(redirect, "statusCode", 302));
            }
        }
    }

    private static void match(ObjectNode match) {
        ObjectNode path = child(match, "path");
        orElse(path, "type", "PathPrefix");
        orElse(path, "value", "/");
        for (String list : List.of("headers", "queryParams")) {
            objects(match, list).forEach(condition -> orElse(condition, "type", "Exact"));
        }
    }

    private static void backend(ObjectNode backend) {
        reference(backend);
        orElse(backend, "weight", 1);
    }

    private static void reference(ObjectNode reference) {
        orElse(reference, "group", "");
        orElse(reference, "kind", "Service");
    }

    static void gateway(ObjectNode gateway) {
        for (ObjectNode listener : objects(child(gateway, "spec"), "listeners")) {
            orElse(child(child(listener, "allowedRoutes"), "namespaces"), "from", "Same");
            Fields.object(listener, "tls").ifPresent(tls -> {
                orElse(tls, "mode", "Terminate");
                for (ObjectNode certificate : objects(tls, "certificateRefs")) {
                    orElse(certificate, "group", "");
                    orElse(certificate, "kind", "Secret");
                }
            });
        }
    }

    static void roleBinding(ObjectNode binding) {
        Fields.object(binding, "roleRef")
                .ifPresent(role -> orElseIfEmpty(role, "apiGroup", "rbac.authorization.k8s.io"));
        for (ObjectNode subject : objects(binding, "subjects")) {
            String kind = subject.path("kind").asText();
            if (kind.equals("User") || kind.equals("Group")) {
                orElseIfEmpty(subject, "apiGroup", "rbac.authorization.k8s.io");
            }
        }
    }
}
