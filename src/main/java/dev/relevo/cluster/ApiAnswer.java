package dev.relevo.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What the API server said.
 *
 * @param status HTTP status
 * @param bytes the body
 * @param repeated whether an earlier attempt of the same call may have been carried out although its answer was lost
 */
@SuppressWarnings("ArrayRecordComponent")
record ApiAnswer(int status, byte[] bytes, boolean repeated) {
    static final ObjectMapper JSON = new ObjectMapper();

    boolean ok() {
        return status >= 200 && status < 300;
    }

    String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The body as JSON; a missing node when it is not JSON. */
    JsonNode json() {
        try {
            JsonNode read = JSON.readTree(bytes);
            return read == null ? MissingNode.getInstance() : read;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The server's own words: the message of its Status, else the beginning of what it sent. */
    String message() {
        JsonNode body = json();
        if (body.path("message").isTextual() && !body.path("message").asText().isBlank()) {
            return body.path("message").asText();
        }
        String text = text().strip();
        return text.isEmpty() ? "status " + status : text.substring(0, Math.min(200, text.length()));
    }

    /** The Status' reason, e.g. {@code AlreadyExists}; empty when there is none. */
    String reason() {
        return json().path("reason").asText("");
    }
}
