package dev.relevo.local.node;

import java.time.Duration;
import java.time.Instant;

/**
 * Kubelet's back-off: the first repetition comes at once, the next ones after a delay that doubles up to a limit, and it
 * is forgotten after a long time without trouble.
 */
final class BackOff {
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    private final Duration initial;
    private final Duration limit;
    private Duration delay = Duration.ZERO;
    private Instant lastUpdate = Instant.EPOCH;

    BackOff(Duration initial, Duration limit) {
        this.initial = initial;
        this.limit = limit;
    }

    /** How long still to wait at a moment for a repetition of what failed at an earlier one; zero or less: go. */
    Duration remaining(Instant failedAt, Instant now) {
        if (delay.isZero() || Duration.between(lastUpdate, failedAt).compareTo(FORGOTTEN_AFTER) > 0) {
            return Duration.ZERO;
        }
        return Duration.between(now, failedAt.plus(delay));
    }

    /** Notes a repetition, so that the next one has to wait longer. */
    void repeat(Instant now) {
        boolean forgotten = Duration.between(lastUpdate, now).compareTo(FORGOTTEN_AFTER) > 0;
        if (delay.isZero() || forgotten) {
            delay = initial;
        } else {
            delay = delay.multipliedBy(2).compareTo(limit) > 0 ? limit : delay.multipliedBy(2);
        }
        lastUpdate = now;
    }

    /** The present delay as kubelet prints it: {@code 10s}, {@code 2m40s}, {@code 5m0s}. */
    String delayText() {
        long seconds = delay.toSeconds();
        return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
    }
}
