package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** An answer: whole, or written bit by bit. */
sealed interface ApiResponse {
    /**
     * An answer that is known whole.
     *
     * @param code the HTTP status
     * @param contentType its media type
     * @param body its bytes
     */
    record Whole(int code, String contentType, byte[] body) implements ApiResponse {}

    /**
     * An answer that lasts.
     *
     * @param contentType its media type
     * @param body writes it; nothing has been sent when it throws before its first write
     */
    record Stream(String contentType, Writer body) implements ApiResponse {}

    /** Writes a body that lasts. */
    @FunctionalInterface
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    static ApiResponse json(int code, JsonNode tree) {
        return new Whole(code, "application/json", Bodies.bytes(tree));
    }

    static ApiResponse text(int code, String text) {
        return new Whole(code, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }
}
