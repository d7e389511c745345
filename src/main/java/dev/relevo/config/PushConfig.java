package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/**
 * How the image is pushed.
 *
 * @param movableTags globs of tags that may point to another image than before
 * @param insecure whether plain HTTP and unknown certificates are accepted (always so for loopback addresses)
 * @param attempts how often a request that can heal is sent in all
 */
public record PushConfig(
        @JsonPropertyDescription("Globs of tags that may be moved to another image, e.g. latest or main-*.")
        List<String> movableTags,

        @JsonPropertyDescription("Accept plain HTTP and unknown certificates; loopback registries are always accepted.")
        boolean insecure,

        @JsonPropertyDescription("How often a request that can heal is sent in all.")
        int attempts) {
    public PushConfig {
        movableTags = List.copyOf(movableTags);
        Checks.that(attempts >= 1 && attempts <= 20, "push.attempts", attempts, "1 to 20");
    }
}
