package dev.relevo.deploy.lock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.Durations;
import dev.relevo.deploy.release.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * What somebody asks of the deploy that holds the lock: an annotation on the Lease, written from any process that may. It is
 * for one holder only, so what was asked of a deploy that is over never meets the next one.
 *
 * @param wish what is asked
 * @param by who asks
 * @param at when
 * @param epoch the epoch of the lock under which the deploy runs
 * @param atMost how long a pause may last
 */
public record Ask(Wish wish, String by, Instant at, int epoch, Duration atMost) {
    static final String ANNOTATION = "relevo.dev/asked";

    /** What can be asked. */
    public enum Wish {
        /** Wait before the next operation that changes something. */
        PAUSE,
        /** Leave out the waits that are there for people to look. */
        PROMOTE,
        /** The same, and the rest of a canary's steps with them. */
        PROMOTE_WHOLLY,
        /** Take everything back. */
        ABORT;

        /** The word as it is shown and stored. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static Wish ofWord(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    /** What is asked of the present holder of a lock; empty when nothing is, or it cannot be read. */
    public static Optional<Ask> on(KubeObject lease) {
        String text = lease.annotations().getOrDefault(ANNOTATION, "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode json = Json.parse(text.getBytes(StandardCharsets.UTF_8));
            Ask ask = new Ask(
                    Wish.ofWord(json.path("wish").asText()),
                    json.path("by").asText(),
                    Instant.parse(json.path("at").asText()),
                    json.path("epoch").asInt(),
                    Durations.parse(json.path("atMost").asText("0s")).orElse(Duration.ZERO));
            return ask.epoch == Lock.epoch(lease) ? Optional.of(ask) : Optional.empty();
        } catch (IOException | IllegalArgumentException | DateTimeException unreadable) {
            // Whatever it is, nobody who knows how to ask has written it.
            return Optional.empty();
        }
    }

    /** The text of the annotation. */
    String written() {
        return Json.canonical(Json.object()
                .put("wish", wish.word())
                .put("by", by)
                .put("at", at.toString())
                .put("epoch", epoch)
                .put("atMost", Durations.format(atMost)));
    }

    boolean promotes() {
        return wish == Wish.PROMOTE || wish == Wish.PROMOTE_WHOLLY;
    }

    /** For people: what, who, and since when. */
    public String sentence() {
        return wish.word() + ", by " + by + " at " + at.truncatedTo(ChronoUnit.SECONDS);
    }
}
