package dev.relevo.notify;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.config.NotifyConfig.Occasion;
import dev.relevo.config.RelevoConfig;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that became of a deploy, as others are told. Its JSON form is published as
 * {@code dev/relevo/notification.schema.json}; fields may be added, none is renamed or removed.
 *
 * @param occasion what happened
 * @param action the command, e.g. {@code deploy}
 * @param at when
 * @param app the app
 * @param environment its environment in relevo.yaml
 * @param namespace its namespace
 * @param strategy how the traffic is handed over
 * @param release number of the release, where it has one
 * @param image its image, where it is known
 * @param summary one line: the result, or the root cause
 * @param code of the failure
 * @param build address of the build in the CI
 */
public record Notification(
        Occasion occasion,
        String action,
        Instant at,
        String app,
        String environment,
        String namespace,
        String strategy,
        OptionalInt release,
        Optional<String> image,
        String summary,
        Optional<String> code,
        Optional<String> build) {
    /** As the webhook gets it. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", RelevoConfig.API_VERSION)
                .put("event", occasion.word())
                .put("action", action)
                .put("at", at.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("app", app)
                .put("environment", environment)
                .put("namespace", namespace)
                .put("strategy", strategy)
                .put("summary", summary);
        release.ifPresent(number -> json.put("release", number));
        Map<String, Optional<String>> rest = new LinkedHashMap<>();
        rest.put("image", image);
        rest.put("code", code);
        rest.put("build", build);
        rest.forEach((name, value) -> value.ifPresent(text -> json.put(name, text)));
        return json;
    }

    /** As people read it in a chat. */
    public String sentence() {
        String what =
                (release.isPresent() ? "release " + release.getAsInt() + " of " : "") + app + " in " + environment;
        String happened = switch (occasion) {
            case DEPLOYED -> what + " is deployed";
            case ROLLED_BACK -> what + " was rolled back";
            case FAILED -> "the " + action + " of " + what + " failed";
            case WAITING -> what + " waits for somebody";
        };
        return happened + ": " + summary + code.map(id -> " (" + id + ")").orElse("")
                + build.map(address -> " " + address).orElse("");
    }
}
