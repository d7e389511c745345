package dev.relevo.verify;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came back.
 *
 * @param status HTTP status
 * @param body as text
 * @param headers values by name, whose case does not matter; empty where they are not known
 */
public record HttpReply(int status, String body, Map<String, List<String>> headers) {
    public HttpReply {
        Map<String, List<String>> any = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        any.putAll(headers);
        headers = any;
    }

    /** One whose headers nobody asks for. */
    public HttpReply(int status, String body) {
        this(status, body, Map.of());
    }

    /** The values of a header. */
    public List<String> header(String name) {
        return headers.getOrDefault(name, List.of());
    }
}
