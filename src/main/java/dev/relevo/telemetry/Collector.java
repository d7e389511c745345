package dev.relevo.telemetry;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the environment says of an OpenTelemetry collector.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/">The variables</a>
 */
final class Collector {
    static final String TRACES = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    static final String METRICS = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String PROTOCOL = "http/protobuf";

    private Collector() {}

    /** Whether there is one, and it is to be told. */
    static boolean isNamed(Map<String, String> variables) {
        boolean disabled = value(variables, "OTEL_SDK_DISABLED")
                .filter("true"::equalsIgnoreCase)
                .isPresent();
        return !disabled
                && Stream.of(TRACES, METRICS)
                        .anyMatch(own -> endpoint(variables, own).isPresent());
    }

    /** Why it cannot be told. */
    static Optional<String> complaint(Map<String, String> variables) {
        return Stream.of("", "TRACES_", "METRICS_")
                .map(signal -> "OTEL_EXPORTER_OTLP_" + signal + "PROTOCOL")
                .flatMap(name -> value(variables, name)
                        .filter(protocol -> !protocol.equals(PROTOCOL))
                        .map(protocol -> name + " is [" + protocol + "]; expected " + PROTOCOL)
                        .stream())
                .findFirst();
    }

    /**
     * Where this signal goes; empty when to nobody.
     *
     * @param own the variable of this signal alone
     */
    static Optional<String> endpoint(Map<String, String> variables, String own) {
        return value(variables, own).or(() -> value(variables, ENDPOINT));
    }

    /** An empty variable is one that is not set, as OpenTelemetry has it. */
    private static Optional<String> value(Map<String, String> variables, String name) {
        return Optional.of(variables.getOrDefault(name, "").strip()).filter(text -> !text.isEmpty());
    }
}
