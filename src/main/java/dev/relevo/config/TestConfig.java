package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How the project is tested.
 *
 * @param command what to run; empty to find out
 * @param reports globs of JUnit XML files; empty for the tool's usual places
 * @param timeout after which a run is stopped
 * @param allowNone whether no test at all is fine
 * @param slowest how many of the slowest tests to name
 * @param env environment variables of the run
 */
public record TestConfig(
        @JsonPropertyDescription("Command and arguments; without it the build tool is found.")
        List<String> command,

        @JsonPropertyDescription("Globs of JUnit XML reports; without them the build tool's usual places.")
        List<String> reports,

        @JsonPropertyDescription("A run that takes longer is stopped, e.g. 30m.")
        Duration timeout,

        @JsonPropertyDescription("Whether a project without any test passes.")
        boolean allowNone,

        @JsonPropertyDescription("How many of the slowest tests to name at the end.")
        int slowest,

        @JsonPropertyDescription("Environment variables of the run.")
        Map<String, String> env) {
    public TestConfig {
        command = List.copyOf(command);
        reports = List.copyOf(reports);
        Checks.positive("test.timeout", timeout);
        Checks.that(slowest >= 0, "test.slowest", slowest, "0 or more");
        env = Map.copyOf(env);
    }
}
