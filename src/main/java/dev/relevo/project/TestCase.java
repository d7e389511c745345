package dev.relevo.project;

import java.time.Duration;
import java.util.Optional;

/**
 * One test of a report.
 *
 * @param group class or file that holds it
 * @param name its own name
 * @param took how long it ran
 * @param result how it ended
 */
public record TestCase(String group, String name, Duration took, Result result) {
    /** How a test ended. */
    public sealed interface Result {
        /** It passed. */
        record Passed() implements Result {}

        /** It was not run. */
        record Skipped() implements Result {}

        /**
         * It did not pass.
         *
         * @param assertion whether an assertion failed; otherwise something unexpected was thrown
         * @param message the first sentence of what was said
         * @param location file and line, e.g. {@code ClientTest.java:42}, where the report tells
         */
        record Failed(boolean assertion, String message, Optional<String> location) implements Result {}
    }

    /** Class and method as a person would look for it. */
    public String title() {
        return group.isEmpty() ? name : group + "." + name;
    }
}
