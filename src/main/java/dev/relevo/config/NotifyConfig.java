package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who is told what becomes of deploys.
 *
 * @param webhook gets a JSON document
 * @param slack an incoming webhook of Slack, which gets a sentence
 * @param on what is told
 * @param timeout how long telling one of them may take
 */
public record NotifyConfig(
        @JsonPropertyDescription("Gets a JSON document.") Optional<Target> webhook,

        @JsonPropertyDescription("An incoming webhook of Slack, or of whatever takes the same, gets a sentence.")
        Optional<Target> slack,

        @JsonPropertyDescription("What is told: deployed, rolled-back, failed, waiting.")
        List<Occasion> on,

        @JsonPropertyDescription("How long telling one of them may take, e.g. 5s.")
        Duration timeout) {
    public NotifyConfig {
        on = List.copyOf(on);
        Checks.positive("notify.timeout", timeout);
    }

    /** Something to be told. */
    public enum Occasion {
        /** A release serves. */
        @JsonProperty("deployed")
        DEPLOYED,
        /** A deploy failed and the previous release serves again. */
        @JsonProperty("rolled-back")
        ROLLED_BACK,
        /** A deploy failed, or was refused. */
        @JsonProperty("failed")
        FAILED,
        /** A deploy waits for a person. */
        @JsonProperty("waiting")
        WAITING;

        /** The word as users and receivers see it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Where to. The URL is a secret, so it is never in the file: exactly one of the two names where it is.
     *
     * @param urlFrom environment variable that holds it
     * @param urlFile file that holds it, relative to the project
     */
    public record Target(
            @JsonPropertyDescription("Environment variable that holds the URL.")
            Optional<String> urlFrom,

            @JsonPropertyDescription("File that holds the URL.")
            Optional<String> urlFile) {
        public Target {
            Checks.that(
                    urlFrom.isPresent() != urlFile.isPresent(),
                    "urlFrom",
                    urlFrom.orElse("")
                            + urlFile.map(file -> " and urlFile " + file).orElse(""),
                    "either urlFrom or urlFile");
        }
    }
}
