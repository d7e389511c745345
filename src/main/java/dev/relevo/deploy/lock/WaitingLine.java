package dev.relevo.deploy.lock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.release.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Those who wait for an app's lock, the first to come first: an annotation on the lock's Lease. Whoever waits renews its entry,
 * so that the others see that it is alive. Every write has the Lease as it was read as its precondition, so nobody is lost.
 */
public record WaitingLine(List<Waiting> all) {
    static final String ANNOTATION = "relevo.dev/waiting";
    public static final WaitingLine EMPTY = new WaitingLine(List.of());

    public WaitingLine {
        all = List.copyOf(all);
    }

    /**
     * One who waits.
     *
     * @param by who; unlike any other
     * @param since when it came
     * @param seen when it last said that it is alive, by its own clock
     * @param build the number of its build
     * @param replaces whether it makes older deploys that wait superfluous
     */
    public record Waiting(String by, Instant since, Instant seen, Optional<Long> build, boolean replaces) {
        /** For people. */
        public String sentence() {
            return by + build.map(number -> " (build " + number + ")").orElse("") + " since "
                    + since.truncatedTo(ChronoUnit.SECONDS);
        }
    }

    /** Those who wait for the lock of this Lease; what cannot be read is nobody. */
    public static WaitingLine on(KubeObject lease) {
        String text = lease.annotations().getOrDefault(ANNOTATION, "");
        if (text.isEmpty()) {
            return EMPTY;
        }
        try {
            List<Waiting> all = new ArrayList<>();
            for (JsonNode entry : Json.parse(text.getBytes(StandardCharsets.UTF_8))) {
                all.add(new Waiting(
                        entry.path("by").asText(),
                        Instant.parse(entry.path("since").asText()),
                        Instant.parse(entry.path("seen").asText()),
                        entry.path("build").isIntegralNumber()
                                ? Optional.of(entry.path("build").asLong())
                                : Optional.empty(),
                        entry.path("replaces").asBoolean()));
            }
            return new WaitingLine(all);
        } catch (IOException | DateTimeException unreadable) {
            // Whoever did wait comes again when it does not find itself.
            return EMPTY;
        }
    }

    /** The Lease with this line on it. */
    KubeObject writtenOn(KubeObject lease) {
        return Lock.annotated(lease, ANNOTATION, all.isEmpty() ? Optional.empty() : Optional.of(text()));
    }

    private String text() {
        ArrayNode entries = Json.object().putArray("all");
        for (Waiting waiting : all) {
            ObjectNode entry = entries.addObject()
                    .put("by", waiting.by())
                    .put("since", waiting.since().toString())
                    .put("seen", waiting.seen().toString())
                    .put("replaces", waiting.replaces());
            waiting.build().ifPresent(number -> entry.put("build", number));
        }
        return Json.canonical(entries);
    }

    Optional<Waiting> of(String by) {
        return all.stream().filter(waiting -> waiting.by().equals(by)).findFirst();
    }

    /** Those before this one; everybody when it does not wait here. */
    List<Waiting> before(String by) {
        return all.stream().takeWhile(waiting -> !waiting.by().equals(by)).toList();
    }

    /** Those behind this one; nobody when it does not wait here. */
    List<Waiting> behind(String by) {
        return all.stream()
                .dropWhile(waiting -> !waiting.by().equals(by))
                .skip(1)
                .toList();
    }

    /** With this one at its place, which is the end when it is new. */
    WaitingLine with(Waiting one) {
        List<Waiting> changed = new ArrayList<>(all);
        changed.replaceAll(waiting -> waiting.by().equals(one.by()) ? one : waiting);
        if (of(one.by()).isEmpty()) {
            changed.add(one);
        }
        return new WaitingLine(changed);
    }

    WaitingLine without(Predicate<Waiting> which) {
        return new WaitingLine(all.stream().filter(which.negate()).toList());
    }
}
