package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The rules for Ingresses, HTTPRoutes and Gateways. */
final class RouteValidation {
    private static final List<String> PATH_TYPES = List.of("Exact", "ImplementationSpecific", "Prefix");
    private static final int MAX_WEIGHT = 1_000_000;

    private RouteValidation() {}

    static void ingress(JsonNode ingress, FieldErrors errors) {
        JsonNode spec = ingress.path("spec");
        if (spec.path("rules").isEmpty() && !spec.has("defaultBackend")) {
            errors.invalid("spec", spec, "either `defaultBackend` or `rules` must be specified");
        }
        for (int i = 0; i < spec.path("rules").size(); i++) {
            JsonNode http = spec.path("rules").get(i).path("http");
            for (int j = 0; j < http.path("paths").size(); j++) {
                ingressPath(http.path("paths").get(j), "spec.rules[" + i + "].http.paths[" + j + "]", errors);
            }
        }
    }

    private static void ingressPath(JsonNode path, String at, FieldErrors errors) {
        if (!path.has("pathType")) {
            errors.required(at + ".pathType", "pathType must be specified");
        } else if (!PATH_TYPES.contains(path.path("pathType").asText())) {
            errors.notSupported(at + ".pathType", path.path("pathType"), PATH_TYPES);
        } else if (!path.path("pathType").asText().equals("ImplementationSpecific")
                && !path.path("path").asText("").startsWith("/")) {
            errors.invalid(at + ".path", path.path("path").asText(""), "must be an absolute path");
        }
        if (!path.path("backend").has("service") && !path.path("backend").has("resource")) {
            errors.required(at + ".backend", "must specify either a service or resource backend");
        }
    }

    static void httpRoute(JsonNode route, FieldErrors errors) {
        JsonNode rules = route.path("spec").path("rules");
        for (int i = 0; i < rules.size(); i++) {
            JsonNode backends = rules.get(i).path("backendRefs");
            for (int j = 0; j < backends.size(); j++) {
                String at = "spec.rules[" + i + "].backendRefs[" + j + "]";
                JsonNode backend = backends.get(j);
                if (backend.path("name").asText("").isEmpty()) {
                    errors.required(at + ".name", "");
                }
                JsonNode weight = backend.path("weight");
                if (weight.asInt() < 0) {
                    errors.invalid(at + ".weight", weight, at + ".weight in body should be greater than or equal to 0");
                } else if (weight.asInt() > MAX_WEIGHT) {
                    errors.invalid(
                            at + ".weight", weight, at + ".weight in body should be less than or equal to 1e+06");
                }
                if (backend.path("kind").asText().equals("Service") && !backend.has("port")) {
                    errors.invalid(at, "object", "Must have port for Service reference");
                }
            }
        }
    }

    static void gateway(JsonNode gateway, FieldErrors errors) {
        JsonNode spec = gateway.path("spec");
        if (!spec.has("gatewayClassName")) {
            errors.required("spec.gatewayClassName", "");
        }
        if (spec.path("listeners").isEmpty()) {
            errors.required("spec.listeners", "");
        }
    }
}
