package dev.relevo.page;

import dev.relevo.report.Event.Outcome;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** How the page writes times, sizes and outcomes. */
final class Words {
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Words() {}

    static String moment(Instant instant) {
        return MOMENT.format(instant);
    }

    static String seconds(double seconds) {
        if (seconds >= 60) {
            long whole = Math.round(seconds);
            return whole / 60 + " min " + String.format(Locale.ROOT, "%02d s", whole % 60);
        }
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }

    static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    static String percent(double percent) {
        return String.format(Locale.ROOT, percent == Math.rint(percent) ? "%.0f %%" : "%.1f %%", percent);
    }

    static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    /** A sign and a word: neither needs a colour. */
    static String outcome(Optional<Outcome> outcome) {
        if (outcome.isEmpty()) {
            return "… not ended";
        }
        return switch (outcome.get()) {
            case DONE -> "✔ done";
            case UNCHANGED -> "= unchanged";
            case SKIPPED -> "– skipped";
            case FAILED -> "✘ failed";
            case ROLLED_BACK -> "↩ rolled back";
        };
    }

    /** The class that gives it its colour. */
    static String style(Optional<Outcome> outcome) {
        return outcome.map(how -> how.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .orElse("open");
    }

    static boolean bad(Optional<Outcome> outcome) {
        return outcome.filter(how -> how == Outcome.FAILED || how == Outcome.ROLLED_BACK)
                .isPresent();
    }
}
