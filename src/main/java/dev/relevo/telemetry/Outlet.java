package dev.relevo.telemetry;

import dev.relevo.config.Durations;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;

/**
 * Sends what a run has to tell. It never fails and never takes longer than its time: what could not be told is a warning.
 *
 * @param name the key in relevo.yaml of whoever is told, for the warning
 * @param timeout how long telling may take
 */
record Outlet(String name, Duration timeout, EventSink warnings) {
    /** @param authorization the header of that name, a secret */
    void send(String method, URI url, String type, Optional<String> authorization, String body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(url)
                    .timeout(timeout)
                    .header("Content-Type", type)
                    .header("User-Agent", "relevo")
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
            authorization.ifPresent(secret -> request.header("Authorization", secret));
            HttpClient http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(timeout)
                    .build();
            int status = http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            if (status < 200 || status > 299) {
                warn("it answered " + status);
            }
        } catch (HttpTimeoutException e) {
            warn("no answer within " + Durations.format(timeout));
        } catch (IOException e) {
            warn("it could not be reached (" + e.getClass().getSimpleName() + ")");
        } catch (IllegalArgumentException e) {
            // A token with characters that no header may have; the message would show it.
            warn("its token is none");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            warn("stopped from outside");
        }
    }

    void warn(String why) {
        warnings.emit(new Event.Warning(name + " was not told: " + why, "The run itself is not touched by this"));
    }
}
