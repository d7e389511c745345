package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Values of the downward API: {@code fieldRef} and {@code resourceFieldRef}. */
final class FieldPaths {
    private FieldPaths() {}

    /** The pod's field of that path; empty when the path is not supported by the downward API. */
    static Optional<String> field(JsonNode pod, String path, String podIp) {
        JsonNode metadata = pod.path("metadata");
        if (path.endsWith("']")) {
            int open = path.indexOf("['");
            String map = open < 0 ? "" : path.substring(0, open);
            String key = open < 0 ? "" : path.substring(open + 2, path.length() - 2);
            return switch (map) {
                case "metadata.labels" ->
                    Optional.of(metadata.path("labels").path(key).asText(""));
                case "metadata.annotations" ->
                    Optional.of(metadata.path("annotations").path(key).asText(""));
                default -> Optional.empty();
            };
        }
        return switch (path) {
            case "metadata.name" -> Optional.of(metadata.path("name").asText());
            case "metadata.namespace" -> Optional.of(metadata.path("namespace").asText());
            case "metadata.uid" -> Optional.of(metadata.path("uid").asText());
            case "metadata.labels" -> Optional.of(lines(metadata.path("labels")));
            case "metadata.annotations" -> Optional.of(lines(metadata.path("annotations")));
            case "spec.nodeName" -> Optional.of(Node.NAME);
            case "spec.serviceAccountName" ->
                Optional.of(pod.path("spec").path("serviceAccountName").asText("default"));
            case "status.podIP", "status.podIPs" -> Optional.of(podIp);
            case "status.hostIP", "status.hostIPs" -> Optional.of("127.0.0.1");
            default -> Optional.empty();
        };
    }

    private static String lines(JsonNode map) {
        Map<String, String> sorted = new TreeMap<>();
        map.properties()
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue().asText()));
        StringBuilder text = new StringBuilder();
        sorted.forEach((key, value) -> {
            if (text.length() > 0) {
                text.append('\n');
            }
            text.append(key)
                    .append("=\"")
                    .append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
            text.append('"');
        });
        return text.toString();
    }

    /** A container's resource such as {@code limits.memory}; without a limit, what the machine has. */
    static Optional<String> resource(JsonNode container, String resource, String divisor) {
        String[] parts = resource.split("\\.", 2);
        if (parts.length != 2) {
            return Optional.empty();
        }
        JsonNode value = container.path("resources").path(parts[0]).path(parts[1]);
        if (!value.isMissingNode()) {
            return Optional.of(Quantity.divided(Quantity.parse(value.asText()), divisor));
        }
        BigDecimal machine = switch (resource) {
            case "limits.cpu" -> BigDecimal.valueOf(Runtime.getRuntime().availableProcessors());
            case "limits.memory" -> BigDecimal.valueOf(Node.memoryBytes());
            default -> BigDecimal.ZERO;
        };
        return Optional.of(Quantity.divided(machine, divisor));
    }
}
