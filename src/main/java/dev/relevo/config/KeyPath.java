package dev.relevo.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a value is: the keys that lead to it; a list's entry has a segment such as {@code [0]}.
 *
 * @param segments from the root; empty for the root itself
 */
public record KeyPath(List<String> segments) {
    /** The whole document. */
    public static final KeyPath ROOT = new KeyPath(List.of());

    public KeyPath {
        segments = List.copyOf(segments);
    }

    /** The path that a user writes with dots; a list's entry as {@code steps[0]}. */
    public static KeyPath parse(String dotted) {
        List<String> segments = new ArrayList<>();
        for (String part : dotted.split("\\.", -1)) {
            int bracket = part.indexOf('[');
            if (bracket > 0) {
                segments.add(part.substring(0, bracket));
                segments.add(part.substring(bracket));
            } else {
                segments.add(part);
            }
        }
        return new KeyPath(segments);
    }

    public KeyPath child(String key) {
        List<String> longer = new ArrayList<>(segments);
        longer.add(key);
        return new KeyPath(longer);
    }

    public KeyPath index(int index) {
        return child("[" + index + "]");
    }

    /** This path, seen from further out. */
    public KeyPath under(KeyPath outer) {
        List<String> longer = new ArrayList<>(outer.segments);
        longer.addAll(segments);
        return new KeyPath(longer);
    }

    /** The path without its last segment; the root's parent is the root. */
    public KeyPath parent() {
        return segments.isEmpty() ? this : new KeyPath(segments.subList(0, segments.size() - 1));
    }

    /** The last segment, empty for the root. */
    public String last() {
        return segments.isEmpty() ? "" : segments.get(segments.size() - 1);
    }

    public boolean isRoot() {
        return segments.isEmpty();
    }

    /** The dotted form; a key that has a dot itself is quoted. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String segment : segments) {
            if (segment.startsWith("[")) {
                text.append(segment);
                continue;
            }
            if (!text.isEmpty()) {
                text.append('.');
            }
            text.append(segment.indexOf('.') < 0 ? segment : '"' + segment + '"');
        }
        return text.toString();
    }

    // Written out, since the JVM makes those of a record at their first call, which takes milliseconds of every
    // command.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyPath path && segments.equals(path.segments);
    }

    @Override
    public int hashCode() {
        return segments.hashCode();
    }
}
