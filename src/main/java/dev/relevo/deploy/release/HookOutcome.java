package dev.relevo.deploy.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.relevo.deploy.plan.Hook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a hook ended.
 *
 * @param name its name
 * @param moment when it was done, as {@link Hook.Moment#word()} says it
 * @param done whether it succeeded
 * @param took how long it took
 * @param detail what it said, in one line
 */
public record HookOutcome(String name, String moment, boolean done, Duration took, String detail) {
    /** The word as it is shown and stored. */
    public String word() {
        return done ? "done" : "failed";
    }

    public static String written(List<HookOutcome> all) {
        ArrayNode entries = Json.object().putArray("all");
        all.forEach(one -> entries.addObject()
                .put("name", one.name())
                .put("moment", one.moment())
                .put("outcome", one.word())
                .put("millis", one.took().toMillis())
                .put("detail", one.detail()));
        return Json.canonical(entries);
    }

    /** What was written; nothing when it cannot be read: it is for people and decides nothing. */
    public static List<HookOutcome> read(String text) {
        try {
            List<HookOutcome> all = new ArrayList<>();
            for (JsonNode entry : Json.parse(text.getBytes(StandardCharsets.UTF_8))) {
                all.add(new HookOutcome(
                        entry.path("name").asText(),
                        entry.path("moment").asText(),
                        "done".equals(entry.path("outcome").asText()),
                        Duration.ofMillis(entry.path("millis").asLong()),
                        entry.path("detail").asText()));
            }
            return all;
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
