package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The events of a watch. */
final class EventStream implements AutoCloseable {
    private static final String END = "";

    private final int code;
    private final InputStream body;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    EventStream(HttpResponse<InputStream> response) {
        this.code = response.statusCode();
        this.body = response.body();
        Thread reader = new Thread(this::read, "watch-reader");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add(END);
        }
        lines.add(END);
    }

    int code() {
        return code;
    }

    /** The next event, bookmarks apart. */
    JsonNode next() {
        JsonNode event = any();
        while (event.path("type").asText().equals("BOOKMARK")) {
            event = any();
        }
        return event;
    }

    /** The next event. */
    JsonNode any() {
        String line = poll();
        assertThat(line).as("an event").isNotEqualTo(END);
        return TestCluster.tree(line);
    }

    /** The next event as {@code TYPE name}. */
    String nextBrief() {
        JsonNode event = next();
        return event.path("type").asText() + " "
                + event.at("/object/metadata/name").asText();
    }

    /** Waits for the server to end the stream. */
    void awaitEnd() {
        assertThat(poll()).as("the end of the watch").isEqualTo(END);
    }

    private String poll() {
        try {
            String line = lines.poll(20, TimeUnit.SECONDS);
            assertThat(line).as("something on the watch within 20 s").isNotNull();
            return Objects.requireNonNull(line);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
