package dev.relevo.cluster;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the API server holds against the form of an object that is applied: fields that its kind does not have, values of another
 * type, list entries with the same key. The server answers so with 500 and without a reason (KEP-555, structured merge), although
 * the same object will never be accepted.
 *
 * @param lines one finding each, the path of the field first, e.g. {@code .spec.replikas: field not declared in schema}
 */
record SchemaFindings(List<String> lines) {
    private static final Pattern REFUSAL = Pattern.compile(
            "failed to (?:create typed patch object \\(.*?\\): (?:errors:\\R)?"
                    + "|convert new object \\(.*?\\) to proper version: (?:unable to convert unstructured object to .*?: )?)(.*)",
            Pattern.DOTALL);
    private static final Pattern UNKNOWN = Pattern.compile("\\.?(\\S.*): field not declared in schema");
    /** How a Go program prints a value that it holds behind an interface. */
    private static final Pattern GO_VALUE = Pattern.compile("&(?:value\\.valueUnstructured)?\\{(?:Value:)?(.*)}$");

    SchemaFindings {
        lines = List.copyOf(lines);
    }

    /** The findings in an answer; empty when it says something else, which may heal. */
    static Optional<SchemaFindings> in(ApiAnswer answer) {
        if (answer.status() != 500 || !answer.reason().isEmpty()) {
            return Optional.empty();
        }
        Matcher refusal = REFUSAL.matcher(answer.message());
        return refusal.matches()
                ? Optional.of(new SchemaFindings(refusal.group(1)
                        .lines()
                        .map(String::strip)
                        .map(line -> GO_VALUE.matcher(line).replaceFirst("$1"))
                        .toList()))
                : Optional.empty();
    }

    /** The first finding as a sentence about the object. */
    String sentence(String object) {
        String first = lines.get(0);
        Matcher unknown = UNKNOWN.matcher(first);
        return unknown.matches()
                ? object + " has no field [" + unknown.group(1) + "]"
                : object + " is not valid: " + (first.startsWith(".") ? first.substring(1) : first);
    }

    /** All but the first. */
    List<String> others() {
        return lines.subList(1, lines.size());
    }
}
