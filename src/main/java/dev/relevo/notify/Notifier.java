package dev.relevo.notify;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.config.Durations;
import dev.relevo.config.NotifyConfig;
import dev.relevo.config.NotifyConfig.Target;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Tells others what became of a deploy. It never fails and never takes longer than the configured time for each of them: what
 * could not be told is a warning, in which no URL appears, because these URLs are secrets.
 */
public final class Notifier {
    private final NotifyConfig config;
    private final Path project;
    private final Map<String, String> variables;
    private final UnaryOperator<String> mask;
    private final EventSink events;

    /**
     * @param project where files of URLs are relative to
     * @param variables the environment
     * @param mask takes secrets out of a text
     */
    public Notifier(
            NotifyConfig config,
            Path project,
            Map<String, String> variables,
            UnaryOperator<String> mask,
            EventSink events) {
        this.config = config;
        this.project = project;
        this.variables = Map.copyOf(variables);
        this.mask = mask;
        this.events = events;
    }

    /** Whether anybody wants to hear of anything. */
    public boolean silent() {
        return config.webhook().isEmpty() && config.slack().isEmpty();
    }

    /** Tells whoever wants to hear of it. */
    public void tell(Notification notification) {
        if (!config.on().contains(notification.occasion())) {
            return;
        }
        config.webhook().ifPresent(target -> send("webhook", target, masked(notification.json())));
        config.slack()
                .ifPresent(target -> send(
                        "slack",
                        target,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("text", escaped(mask.apply(notification.sentence())))
                                .toString()));
    }

    /**
     * Slack reads {@code <!channel>} and links between these signs, and a log line that is quoted must not call anybody.
     *
     * @see <a href="https://api.slack.com/reference/surfaces/formatting#escaping">Escaping text</a>
     */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** Masked value by value, so that it stays JSON whatever a secret looks like. */
    private String masked(ObjectNode json) {
        ObjectNode clean = json.deepCopy();
        json.properties().forEach(field -> {
            if (field.getValue().isTextual()) {
                clean.put(field.getKey(), mask.apply(field.getValue().asText()));
            }
        });
        return clean.toString();
    }

    private void send(String name, Target target, String body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(url(target))
                    .timeout(config.timeout())
                    .header("Content-Type", "application/json")
                    .header("User-Agent", "relevo")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            HttpClient http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(config.timeout())
                    .build();
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status < 200 || status > 299) {
                warn(name, "it answered " + status);
            }
        } catch (NoUrl e) {
            warn(name, String.valueOf(e.getMessage()));
        } catch (HttpTimeoutException e) {
            warn(name, "no answer within " + Durations.format(config.timeout()));
        } catch (IOException e) {
            // Its message may hold the address.
            warn(name, "it could not be reached (" + e.getClass().getSimpleName() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            warn(name, "stopped from outside");
        }
    }

    private void warn(String name, String why) {
        events.emit(new Event.Warning(
                "notify." + name + " was not told: " + why, "The deploy itself is not touched by this"));
    }

    private URI url(Target target) throws NoUrl {
        String where = target.urlFrom()
                .map(variable -> "the variable " + variable)
                .orElseGet(() -> "the file " + target.urlFile().orElse(""));
        String text = text(target).orElseThrow(() -> new NoUrl(where + ", which holds its URL, is not there"));
        try {
            URI url = URI.create(text.strip());
            if (url.getHost() != null && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException malformed) {
            // Its message would show the URL.
        }
        throw new NoUrl(where + " holds no URL");
    }

    private Optional<String> text(Target target) {
        if (target.urlFrom().isPresent()) {
            return Optional.ofNullable(variables.get(target.urlFrom().get())).filter(value -> !value.isBlank());
        }
        try {
            return Optional.of(Files.readString(project.resolve(target.urlFile().orElse(""))));
        } catch (IOException | InvalidPathException unreadable) {
            return Optional.empty();
        }
    }

    /** There is no URL to send to; the message says why. */
    private static final class NoUrl extends Exception {
        private static final long serialVersionUID = 1L;

        NoUrl(String message) {
            super(message);
        }
    }
}
