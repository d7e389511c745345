package dev.relevo.telemetry;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says of an OpenTelemetry collector.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/">The variables</a>
 */
final class Collector {
    static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    static final String TRACES = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    static final String METRICS = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    private static final String PROTOCOL = "http/protobuf";

    private Collector() {}

    /** Whether there is one, and it is to be told. */
    static boolean isNamed(Map<String, String> variables) {
        return (has(variables, ENDPOINT) || has(variables, TRACES) || has(variables, METRICS))
                && !variables.getOrDefault("OTEL_SDK_DISABLED", "").strip().equalsIgnoreCase("true");
    }

    /** Why it cannot be told. */
    static Optional<String> complaint(Map<String, String> variables) {
        return List.of(
                        "OTEL_EXPORTER_OTLP_PROTOCOL",
                        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
                        "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL")
                .stream()
                .filter(name ->
                        has(variables, name) && !variables.get(name).strip().equals(PROTOCOL))
                .map(name -> name + " is [" + variables.get(name) + "]; expected " + PROTOCOL)
                .findFirst();
    }

    /** Where this signal goes; empty when to nobody. @param own the variable of this signal alone */
    static Optional<String> endpoint(Map<String, String> variables, String own) {
        return has(variables, own)
                ? Optional.of(variables.get(own).strip())
                : Optional.of(variables.getOrDefault(ENDPOINT, "").strip()).filter(url -> !url.isEmpty());
    }

    static boolean has(Map<String, String> variables, String name) {
        return !variables.getOrDefault(name, "").isBlank();
    }
}
