package dev.relevo.registry;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a request is sent again: exponential with "equal jitter" (M. Brooker, "Exponential Backoff And
 * Jitter"), unless the server says how long.
 *
 * @param first upper bound of the first wait
 * @param longest upper bound of any wait, the server's wish included
 */
record Backoff(Duration first, Duration longest, RandomGenerator random) {
    static Backoff usual() {
        return new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), RandomGenerator.getDefault());
    }

    /**
     * @param failures attempts that failed so far, 1 or more
     * @param wish what the server asked for
     */
    Duration delay(int failures, Optional<Duration> wish) {
        if (wish.isPresent()) {
            return wish.get().compareTo(longest) < 0 ? wish.get() : longest;
        }
        double bound = Math.min(longest.toMillis(), first.toMillis() * Math.pow(2, Math.min(failures, 30) - 1));
        return Duration.ofMillis(Math.round(bound * (0.5 + random.nextDouble() / 2)));
    }

    void await(Duration delay) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(delay.toNanos());
    }
}
