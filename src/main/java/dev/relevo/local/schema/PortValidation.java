package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules for ports and their names. */
final class PortValidation {
    static final String RANGE = "must be between 1 and 65535, inclusive";
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

    private PortValidation() {}

    static void servicePorts(JsonNode ports, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            String at = "spec.ports[" + i + "]";
            JsonNode name = port.path("name");
            if (name.asText("").isEmpty() && ports.size() > 1) {
                errors.required(at + ".name", "");
            } else if (!name.asText("").isEmpty()) {
                Names.label(name.asText(), at + ".name", errors);
                if (!names.add(name.asText())) {
                    errors.duplicate(at + ".name", name);
                }
            }
            number(port.path("port"), at + ".port", errors);
            protocol(port, at, errors);
            JsonNode target = port.path("targetPort");
            if (target.isNumber()) {
                number(target, at + ".targetPort", errors);
            } else if (target.isTextual()) {
                portName(target, at + ".targetPort", errors);
            }
            if (!numbers.add(port.path("port").asText() + port.path("protocol").asText())) {
                errors.duplicate(at, port);
            }
        }
    }

    static void protocol(JsonNode port, String at, FieldErrors errors) {
        if (!PROTOCOLS.contains(port.path("protocol").asText())) {
            errors.notSupported(at + ".protocol", port.path("protocol"), PROTOCOLS);
        }
    }

    static void number(JsonNode number, String at, FieldErrors errors) {
        if (number.asInt(0) < 1 || number.asInt(0) > 65_535) {
            errors.invalid(at, number.isMissingNode() ? IntNode.valueOf(0) : number, RANGE);
        }
    }

    /** An IANA service name: at most 15 lower-case letters, digits and single hyphens, with a letter. */
    static void portName(JsonNode name, String at, FieldErrors errors) {
        String text = name.asText();
        if (text.length() > 15) {
            errors.invalid(at, name, "must be no more than 15 characters");
        } else if (!text.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?")) {
            errors.invalid(at, name, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        } else if (!text.matches(".*[a-z].*")) {
            errors.invalid(at, name, "must contain at least one letter (a-z)");
        } else if (text.contains("--")) {
            errors.invalid(at, name, "must not contain consecutive hyphens");
        }
    }
}
