package dev.relevo.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before a request is sent again: exponential back-off with full jitter above the half ("equal jitter",
 * M. Brooker, <i>Exponential Backoff and Jitter</i>, 2015), and a server's Retry-After as the lower bound.
 *
 * @param base the first wait
 * @param longest the longest wait of the back-off; a Retry-After may be longer
 * @param budget the time that one call may spend in all, counted from its first request
 * @param firstContact the same for a server that never answered yet: there is no use in waiting long for a wrong address
 * @param requestTimeout the time for one request and its whole answer
 * @param random numbers from 0 to 1
 */
record RetryPolicy(
        Duration base,
        Duration longest,
        Duration budget,
        Duration firstContact,
        Duration requestTimeout,
        DoubleSupplier random) {
    static final RetryPolicy STANDARD = new RetryPolicy(
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(3),
            Duration.ofSeconds(30),
            () -> java.util.concurrent.ThreadLocalRandom.current().nextDouble());

    /**
     * The wait before the next attempt.
     *
     * @param attempt how many requests were sent, 1 or more
     * @param spent since the first one
     * @param retryAfter what the server asked for
     * @param contacted whether the server has ever answered
     * @return empty when the time is over
     */
    Optional<Duration> next(int attempt, Duration spent, Optional<Duration> retryAfter, boolean contacted) {
        long exponential = base.toMillis() << Math.min(attempt - 1, 20);
        long capped = Math.min(exponential, longest.toMillis());
        long backOff = capped / 2 + Math.round(capped / 2.0 * random.getAsDouble());
        long asked = retryAfter.map(Duration::toMillis).orElse(0L);
        // The jitter keeps clients that were turned away together from coming back together.
        long wait = asked == 0 ? backOff : asked + Math.round(base.toMillis() * random.getAsDouble());
        Duration limit = contacted ? budget : firstContact;
        return spent.plusMillis(wait).compareTo(limit) > 0 ? Optional.empty() : Optional.of(Duration.ofMillis(wait));
    }
}
