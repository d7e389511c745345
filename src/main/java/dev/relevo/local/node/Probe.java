package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A probe as a manifest gives it.
 *
 * @param kind what follows from its result
 * @param action what to try: the node with {@code httpGet}, {@code tcpSocket}, {@code exec} or {@code grpc}
 * @param initialDelay from the container's start to the first try
 * @param period between tries
 * @param timeout of one try
 * @param successThreshold tries in a row that make it pass
 * @param failureThreshold tries in a row that make it fail
 * @param graceSeconds instead of the pod's own when the container is ended because of it
 */
record Probe(
        Kind kind,
        JsonNode action,
        Duration initialDelay,
        Duration period,
        Duration timeout,
        int successThreshold,
        int failureThreshold,
        Optional<Long> graceSeconds) {

    /** What a probe decides. */
    enum Kind {
        STARTUP,
        READINESS,
        LIVENESS;

        /** As in an event: {@code Readiness}. */
        String title() {
            return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
        }
    }

    /** The outcome of one try. */
    record Result(boolean success, String message) {}

    /** The container's probe of that kind, if it has one. */
    static Optional<Probe> of(JsonNode container, Kind kind) {
        JsonNode json = container.path(kind.name().toLowerCase(Locale.ROOT) + "Probe");
        if (!json.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new Probe(
                kind,
                json,
                Duration.ofSeconds(json.path("initialDelaySeconds").asLong(0)),
                Duration.ofSeconds(Math.max(1, json.path("periodSeconds").asLong(10))),
                Duration.ofSeconds(Math.max(1, json.path("timeoutSeconds").asLong(1))),
                Math.max(1, json.path("successThreshold").asInt(1)),
                Math.max(1, json.path("failureThreshold").asInt(3)),
                json.path("terminationGracePeriodSeconds").isNumber()
                        ? Optional.of(json.path("terminationGracePeriodSeconds").asLong())
                        : Optional.empty()));
    }
}
