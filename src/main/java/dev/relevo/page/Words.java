package dev.relevo.page;

import dev.relevo.report.Event.Outcome;
import java.math.BigDecimal;
import java.math.RoundingMode;
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

    /** With one digit behind the point. A page has many, and a formatter takes several times as long in a process that has just begun. */
    static String decimal(double value) {
        return BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP).toPlainString();
    }

    static String moment(Instant instant) {
        return MOMENT.format(instant);
    }

    static String seconds(double seconds) {
        if (seconds >= 60) {
            long whole = Math.round(seconds);
            return whole / 60 + " min " + (whole % 60 < 10 ? "0" : "") + whole % 60 + " s";
        }
        return decimal(seconds) + " s";
    }

    static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        return bytes < 1_000_000 ? decimal(bytes / 1e3) + " kB" : decimal(bytes / 1e6) + " MB";
    }

    static String percent(double percent) {
        return (percent == Math.rint(percent) ? Long.toString((long) percent) : decimal(percent)) + " %";
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
