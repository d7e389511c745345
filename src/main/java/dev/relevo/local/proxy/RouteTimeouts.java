package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The time-outs of a rule, in the form of the Gateway API: up to four numbers with units, e.g. {@code 1m30s}. */
final class RouteTimeouts {
    private static final Pattern WHOLE = Pattern.compile("([0-9]{1,5}(h|m|s|ms)){1,4}");
    private static final Pattern PART = Pattern.compile("([0-9]{1,5})(ms|h|m|s)");
    private static final Map<String, Duration> UNITS = Map.of(
            "h",
            Duration.ofHours(1),
            "m",
            Duration.ofMinutes(1),
            "s",
            Duration.ofSeconds(1),
            "ms",
            Duration.ofMillis(1));

    private RouteTimeouts() {}

    /** The shortest one that is set; zero counts as none. Of a request that is sent once, both mean the same. */
    static Optional<Duration> of(JsonNode timeouts) {
        return Stream.of("request", "backendRequest")
                .map(name -> parse(timeouts.path(name).asText("")))
                .filter(duration -> !duration.isZero())
                .min(Duration::compareTo);
    }

    private static Duration parse(String text) {
        Duration sum = Duration.ZERO;
        if (WHOLE.matcher(text).matches()) {
            Matcher part = PART.matcher(text);
            while (part.find()) {
                Duration unit = UNITS.getOrDefault(part.group(2), Duration.ZERO);
                sum = sum.plus(unit.multipliedBy(Long.parseLong(part.group(1))));
            }
        }
        return sum;
    }
}
