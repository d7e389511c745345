package dev.relevo.registry;

import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Does something with a registry that may be done again, again as long as what hinders it can heal. */
final class RegistryRequest {
    private final String registry;
    private final int attempts;
    private final Backoff backoff;
    private final EventSink events;

    RegistryRequest(String registry, int attempts, Backoff backoff, EventSink events) {
        this.registry = registry;
        this.attempts = attempts;
        this.backoff = backoff;
        this.events = events;
    }

    /** An answer after which the same request may succeed later. */
    static final class Healing extends IOException {
        private static final long serialVersionUID = 1L;

        private final long retryAfterSeconds;

        Healing(HttpResponse<?> answer, String whose) {
            super(whose + " answered " + answer.statusCode());
            String wish = answer.headers().firstValue("Retry-After").orElse("");
            this.retryAfterSeconds = wish.matches("[0-9]{1,5}") ? Long.parseLong(wish) : -1;
        }

        Optional<Duration> wish() {
            return retryAfterSeconds < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(retryAfterSeconds));
        }
    }

    /** Something that may be done twice without harm. */
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /**
     * Does the work.
     *
     * @param what it is, for messages
     * @throws RelevoException when it failed for good
     */
    <T> T run(String what, Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.run();
            } catch (IOException e) {
                if (attempt >= attempts || !canHeal(e)) {
                    throw failed(what, attempt, e);
                }
                pause(what, attempt, e);
            } catch (InterruptedException e) {
                throw stopped(e);
            }
        }
    }

    private void pause(String what, int attempt, IOException failure) {
        Duration delay = backoff.delay(attempt, failure instanceof Healing healing ? healing.wish() : Optional.empty());
        events.emit(new Event.Info(String.format(
                Locale.ROOT,
                "%s: %s; attempt %d of %d in %.1f s",
                what,
                text(failure),
                attempt + 1,
                attempts,
                delay.toMillis() / 1000.0)));
        try {
            backoff.await(delay);
        } catch (InterruptedException e) {
            throw stopped(e);
        }
    }

    /** A certificate that is not trusted now will not be in a second, either; everything else on the wire may pass. */
    private static boolean canHeal(IOException failure) {
        return !(failure instanceof SSLException) && !(failure instanceof UnknownHostException);
    }

    private RelevoException failed(String what, int attempt, IOException failure) {
        if (failure instanceof SSLException) {
            return Problem.of(RegistryError.NOT_SECURE, "No secure connection to registry [" + registry + "]")
                    .detail(text(failure))
                    .remedy(
                            "Trust its certificate in the JVM that runs relevo; push.insecure: true accepts any certificate"
                                    + " and plain HTTP")
                    .asException(failure);
        }
        return Problem.of(RegistryError.UNREACHABLE, "Registry [" + registry + "] cannot be reached: " + text(failure))
                .detail("While: " + what + (attempt > 1 ? ", tried " + attempt + " times" : ""))
                .remedy(
                        "Check image.repository, the network and the proxy variables; running `relevo push` again sends only"
                                + " what is missing")
                .asException(failure);
    }

    static RelevoException stopped(InterruptedException e) {
        Thread.currentThread().interrupt();
        return Problem.of(RegistryError.STOPPED, "The push was stopped")
                .detail("Layers may have been sent; no tag was moved after that")
                .remedy("Run `relevo push` again; it sends only what is missing")
                .asException(e);
    }

    private static String text(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
                return cause.getMessage();
            }
        }
        return failure.getClass().getSimpleName();
    }
}
