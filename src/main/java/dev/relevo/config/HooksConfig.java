package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is done around a deploy.
 *
 * @param before before anything is touched; when one fails nothing is
 * @param after when the new release serves whole
 * @param onFailure after a deploy has failed, and what could be brought back was
 * @param ifAfterFails what becomes of a release when one of {@code after} fails
 */
public record HooksConfig(
        @JsonPropertyDescription("Done before anything is touched; when one fails the deploy ends there.")
        List<HookConfig> before,

        @JsonPropertyDescription("Done when the new release serves whole.")
        List<HookConfig> after,

        @JsonPropertyDescription("Done when the deploy has failed and the previous release is back, if it could be.")
        List<HookConfig> onFailure,

        @JsonPropertyDescription("When one of after fails: warn, or fail and bring the previous release back.")
        IfAfterFails ifAfterFails) {
    public HooksConfig {
        before = List.copyOf(before);
        after = List.copyOf(after);
        onFailure = List.copyOf(onFailure);
    }

    /** What becomes of a release when a hook after it fails. */
    public enum IfAfterFails {
        @JsonProperty("warn")
        WARN,
        @JsonProperty("fail")
        FAIL
    }

    /** All of them, in the order in which they may be done. */
    public Stream<HookConfig> all() {
        return Stream.of(before, after, onFailure).flatMap(List::stream);
    }
}
