package dev.relevo.project;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds in the trace of a failed test the file and line to look at: the test's own, not the assertion library's. */
final class FailurePlace {
    private static final Pattern PYTHON =
            Pattern.compile("^(?<file>\\S[^:\\n]*\\.py):(?<line>\\d+)(?::|$)", Pattern.MULTILINE);
    private static final Pattern SCRIPT = Pattern.compile(
            "^\\s*at (?:.*\\()?(?:file://)?(?<file>/[^():\\n]+\\.[cm]?[jt]sx?):(?<line>\\d+):\\d+\\)?",
            Pattern.MULTILINE);

    /** Node's own runner shows where it started the test first, and then the failure itself. */
    private static final Pattern CAUSE = Pattern.compile("^\\s*cause: ", Pattern.MULTILINE);

    private final String root;

    /** @param project files in it are named relative to it */
    FailurePlace(Path project) {
        this.root = project.toAbsolutePath().normalize() + "/";
    }

    /**
     * The place.
     *
     * @param trace what the report says below the message
     * @param group the test's class, or a Python module with dots
     */
    Optional<String> of(String trace, String group) {
        return javaFrame(trace, group).or(() -> python(trace, group)).or(() -> script(trace));
    }

    private static Optional<String> javaFrame(String trace, String group) {
        if (group.isEmpty()) {
            return Optional.empty();
        }
        Matcher frame = Pattern.compile("at (?:[^\\s(]*/)?" + Pattern.quote(group) + "[.$][^(]*\\(([^)]+:\\d+)\\)")
                .matcher(trace);
        return frame.find() ? Optional.of(frame.group(1)) : Optional.empty();
    }

    /** The innermost line in the test's own file; without any, the innermost in the project. */
    private Optional<String> python(String trace, String group) {
        List<String> places = PYTHON.matcher(trace)
                .results()
                .map(place -> relative(place.group(1)) + ":" + place.group(2))
                .toList();
        Stream<String> own = places.stream()
                .filter(place -> (group + ".")
                        .startsWith(place.replaceFirst("\\.py:\\d+$", "").replace('/', '.') + "."));
        Stream<String> inProject = places.stream().filter(place -> !place.startsWith("/"));
        return own.reduce(FailurePlace::later)
                .or(() -> inProject.reduce(FailurePlace::later))
                .or(() -> places.stream().reduce(FailurePlace::later));
    }

    private static String later(String first, String second) {
        return second;
    }

    private Optional<String> script(String trace) {
        Matcher cause = CAUSE.matcher(trace);
        String told = cause.find() ? trace.substring(cause.start()) : trace;
        return SCRIPT.matcher(told)
                .results()
                .map(place -> relative(place.group(1)) + ":" + place.group(2))
                .filter(place -> !place.contains("node_modules/"))
                .findFirst();
    }

    private String relative(String file) {
        return file.startsWith(root) ? file.substring(root.length()) : file;
    }
}
