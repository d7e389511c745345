package dev.relevo.cluster;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * A token that is asked for again while a deploy runs. Those of a cloud's login program last a quarter of an hour, those that
 * are mounted into a pod or written by a CI system an hour: less than a canary may take. The client library does so only for
 * configurations that it has read itself.
 */
final class RenewedToken implements OAuthTokenProvider {
    private static final Duration AGE = Duration.ofMinutes(1);

    private final Supplier<String> source;
    private final Supplier<Instant> now;
    private String token;
    private Instant readAt;

    /** @param token the present one, empty for users who log in otherwise */
    RenewedToken(String token, Supplier<String> source, Supplier<Instant> now) {
        this.source = source;
        this.now = now;
        this.token = token;
        this.readAt = now.get();
    }

    /** At most a minute old; when there is no newer one to be had, the last: the server says whether it is still good. */
    @Override
    public synchronized String getToken() {
        if (Duration.between(readAt, now.get()).compareTo(AGE) >= 0) {
            readAt = now.get();
            try {
                token = source.get();
            } catch (RuntimeException e) {
                return token;
            }
        }
        return token;
    }
}
