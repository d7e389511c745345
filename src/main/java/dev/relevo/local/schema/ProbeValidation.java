package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.List;

/** The rules for probes and lifecycle hooks. */
final class ProbeValidation {
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep");
    private static final List<String> COUNTS =
            List.of("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold");

    private ProbeValidation() {}

    static void container(JsonNode container, String at, FieldErrors errors) {
        for (String name : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            JsonNode probe = container.path(name);
            if (!probe.isMissingNode()) {
                probe(probe, at + "." + name, !name.equals("readinessProbe"), errors);
            }
        }
        for (String hook : List.of("postStart", "preStop")) {
            JsonNode handler = container.path("lifecycle").path(hook);
            if (!handler.isMissingNode()) {
                handler(handler, at + ".lifecycle." + hook, errors);
            }
        }
    }

    private static void probe(JsonNode probe, String at, boolean succeedsOnce, FieldErrors errors) {
        handler(probe, at, errors);
        COUNTS.forEach(count -> PodValidation.notNegative(probe, count, at, errors));
        if (succeedsOnce && probe.path("successThreshold").asInt(1) != 1) {
            errors.invalid(at + ".successThreshold", probe.path("successThreshold"), "must be 1");
        }
    }

    private static void handler(JsonNode handler, String at, FieldErrors errors) {
        int found = 0;
        for (String name : HANDLERS) {
            if (handler.has(name) && ++found > 1) {
                errors.forbidden(at + "." + name, "may not specify more than 1 handler type");
            }
        }
        if (found == 0) {
            errors.required(at, "must specify a handler type");
        }
        if (handler.has("exec") && handler.path("exec").path("command").isEmpty()) {
            errors.required(at + ".exec.command", "");
        }
        for (String name : List.of("httpGet", "tcpSocket", "grpc")) {
            if (handler.has(name)) {
                JsonNode port = handler.path(name).path("port");
                if (port.isTextual()) {
                    PortValidation.portName(port, at + "." + name + ".port", errors);
                } else if (port.asInt(0) < 1 || port.asInt(0) > 65_535) {
                    errors.invalid(
                            at + "." + name + ".port",
                            port.isMissingNode() ? IntNode.valueOf(0) : port,
                            PortValidation.RANGE);
                }
            }
        }
    }
}
