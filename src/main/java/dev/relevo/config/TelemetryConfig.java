package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a run shows itself, beside the traces, whose place the environment names.
 *
 * @param grafana gets a mark for each hand-over
 * @param pushgateway gets the figures of each run
 * @param timeout how long telling one of them may take
 */
public record TelemetryConfig(
        @JsonPropertyDescription("Gets an annotation for each hand-over.")
        Optional<Grafana> grafana,

        @JsonPropertyDescription("Gets the figures of each run.")
        Optional<Pushgateway> pushgateway,

        @JsonPropertyDescription("How long telling one of them may take, e.g. 5s.")
        Duration timeout) {
    public TelemetryConfig {
        Checks.positive("telemetry.timeout", timeout);
    }

    /**
     * A Grafana. Its token is a secret, so it is never in the file: exactly one of the two names where it is.
     *
     * @param url its address, which may have a path
     * @param tokenFrom environment variable that holds the token of a service account
     * @param tokenFile file that holds it, relative to the project
     */
    public record Grafana(
            @JsonPropertyDescription("Address of Grafana, e.g. https://grafana.example.com.")
            String url,

            @JsonPropertyDescription("Environment variable that holds the token of a service account.")
            Optional<String> tokenFrom,

            @JsonPropertyDescription("File that holds the token.")
            Optional<String> tokenFile) {
        public Grafana {
            requireAddress(url);
            Checks.that(
                    tokenFrom.isPresent() != tokenFile.isPresent(),
                    "tokenFrom",
                    tokenFrom.orElse("")
                            + tokenFile.map(file -> " and tokenFile " + file).orElse(""),
                    "either tokenFrom or tokenFile");
        }
    }

    /**
     * A Prometheus Pushgateway.
     *
     * @param url its address, which may have a path
     */
    public record Pushgateway(
            @JsonPropertyDescription("Address of the Pushgateway, e.g. http://pushgateway.monitoring.svc:9091.")
            String url) {
        public Pushgateway {
            requireAddress(url);
        }
    }

    private static void requireAddress(String url) {
        Checks.that(isAddress(url), "url", url, "an address such as https://host.example.com, without a login in it");
    }

    private static boolean isAddress(String text) {
        try {
            URI url = URI.create(text);
            return url.getHost() != null
                    && url.getUserInfo() == null
                    && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()));
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
