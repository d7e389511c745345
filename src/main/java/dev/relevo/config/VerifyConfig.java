package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a candidate must show before it gets (more) traffic.
 *
 * @param http requests that must be answered as stated
 * @param metrics a bound on the candidate's own error rate
 */
public record VerifyConfig(List<HttpCheck> http, Optional<MetricsCheck> metrics) {
    public VerifyConfig {
        http = List.copyOf(http);
    }

    /**
     * A request to the candidate.
     *
     * @param path path and query
     * @param method HTTP method
     * @param headers request headers
     * @param port name or number of the Service port; empty for its first
     * @param status expected status
     * @param body text that the answer must contain
     * @param json JSON pointers and the values that they must have
     * @param timeout of one request
     * @param within how long the check may fail before it counts
     */
    public record HttpCheck(
            @JsonPropertyDescription("Path and query.") String path,
            @JsonPropertyDescription("HTTP method.") String method,
            @JsonPropertyDescription("Request headers.") Map<String, String> headers,

            @JsonPropertyDescription("Name or number of the Service port; its first without it.")
            Optional<String> port,

            @JsonPropertyDescription("Expected status.") int status,

            @JsonPropertyDescription("Text that the answer must contain.")
            Optional<String> body,

            @JsonPropertyDescription("JSON pointers and the values they must have, e.g. /status: UP.")
            Map<String, String> json,

            @JsonPropertyDescription("Time for one request.")
            Duration timeout,

            @JsonPropertyDescription("How long the check may fail before it counts.")
            Duration within) {
        public HttpCheck {
            Checks.that(path.startsWith("/"), "verify.http.path", path, "to begin with /");
            headers = Map.copyOf(headers);
            Checks.that(status >= 100 && status <= 599, "verify.http.status", status, "100 to 599");
            json = Map.copyOf(json);
            Checks.positive("verify.http.timeout", timeout);
            Checks.notNegative("verify.http.within", within);
        }
    }

    /**
     * A bound on errors, read from the candidate's own Prometheus endpoint.
     *
     * @param path of the endpoint
     * @param port name or number of the container port; empty for the first
     * @param requests name of the counter of answered requests (or of a timer's count) with a status label
     * @param statusLabel that label
     * @param maxErrorRate share of answers with status 5xx that is still fine, 0 to 1
     * @param maxAboveBaseline how much greater that share may be than the one of a canary's baseline, 0 to 1
     * @param minRequests answers below which nothing can be said: no data is never a pass
     */
    public record MetricsCheck(
            @JsonPropertyDescription("Path of the Prometheus endpoint.")
            String path,

            @JsonPropertyDescription("Name or number of the container port; the first without it.")
            Optional<String> port,

            @JsonPropertyDescription("Counter of answered requests.")
            String requests,

            @JsonPropertyDescription("Label of that counter that holds the status.")
            String statusLabel,

            @JsonPropertyDescription("Share of 5xx answers that is still fine, 0 to 1.")
            double maxErrorRate,

            @JsonPropertyDescription(
                    "With deploy.canary.baseline: how much greater that share may be than the baseline's, 0 to 1.")
            double maxAboveBaseline,

            @JsonPropertyDescription("Answers that must be seen before the share means anything.")
            long minRequests) {
        public MetricsCheck {
            Checks.that(path.startsWith("/"), "verify.metrics.path", path, "to begin with /");
            Checks.that(maxErrorRate >= 0 && maxErrorRate <= 1, "verify.metrics.maxErrorRate", maxErrorRate, "0 to 1");
            Checks.that(
                    maxAboveBaseline >= 0 && maxAboveBaseline <= 1,
                    "verify.metrics.maxAboveBaseline",
                    maxAboveBaseline,
                    "0 to 1");
            Checks.that(minRequests >= 1, "verify.metrics.minRequests", minRequests, "1 or more");
        }
    }
}
