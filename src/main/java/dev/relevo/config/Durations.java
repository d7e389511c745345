package dev.relevo.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as users write them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h30m}. */
public final class Durations {
    /** What a time looks like, also for the schema. */
    public static final String PATTERN = "^(?=[0-9])([0-9]{1,6}h)?([0-9]{1,6}m(?!s))?([0-9]{1,6}s)?([0-9]{1,6}ms)?$";

    /** For messages. */
    public static final String EXPECTED = "a time such as 30s, 5m or 1h30m";

    private static final Pattern PARTS = Pattern.compile(PATTERN);

    private Durations() {}

    /** The time that a text means; empty when it is none. */
    public static Optional<Duration> parse(String text) {
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofHours(number(parts.group(1), 1))
                .plusMinutes(number(parts.group(2), 1))
                .plusSeconds(number(parts.group(3), 1))
                .plusMillis(number(parts.group(4), 2)));
    }

    /** The shortest text that means the time; zero is {@code 0s}. */
    public static String format(Duration time) {
        StringBuilder text = new StringBuilder();
        append(text, time.toHours(), "h");
        append(text, time.toMinutesPart(), "m");
        append(text, time.toSecondsPart(), "s");
        append(text, time.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount > 0) {
            text.append(amount).append(unit);
        }
    }

    private static long number(@org.jspecify.annotations.Nullable String part, int unitLength) {
        return part == null ? 0 : Long.parseLong(part.substring(0, part.length() - unitLength));
    }
}
