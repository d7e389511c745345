package dev.relevo.jenkins;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A step that a program waits for.
 *
 * @param name of the step
 * @param argument its only argument, or the map of its named ones
 * @param env the environment variables in its context
 */
public record StepCall(String name, @Nullable Object argument, Map<String, String> env) implements Serializable {
    public StepCall {
        env = Map.copyOf(env);
    }

    /** A named argument; empty text when it was not given. */
    String named(String key) {
        return argument instanceof Map<?, ?> named && named.get(key) != null ? String.valueOf(named.get(key)) : "";
    }

    /** The step as one line, without scripts and the environment: {@code stage Build}. */
    String inWords() {
        String about = argument instanceof List<?> ? "" : argument instanceof Map<?, ?> ? mapInWords() : " " + argument;
        return name + about;
    }

    private String mapInWords() {
        return switch (name) {
            case "sh" -> " " + named("label");
            case "junit" -> " " + named("testResults");
            case "archiveArtifacts" -> " " + named("artifacts");
            default -> " " + argument;
        };
    }
}
