package dev.relevo.verify;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request to a Service or pod.
 *
 * @param method HTTP method
 * @param path path and query, beginning with a slash
 * @param headers request headers
 * @param port name or number of the port; empty for the first
 * @param timeout for the whole answer
 */
public record HttpAsk(
        String method, String path, Map<String, String> headers, Optional<String> port, Duration timeout) {
    public HttpAsk {
        headers = Map.copyOf(headers);
    }

    /** The same with one more header. */
    public HttpAsk with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new HttpAsk(method, path, more, port, timeout);
    }

    static HttpAsk get(String path, Optional<String> port, Duration timeout) {
        return new HttpAsk("GET", path, Map.of(), port, timeout);
    }
}
