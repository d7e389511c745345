package dev.relevo.verify;

import java.time.Duration;
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

    static HttpAsk get(String path, Optional<String> port, Duration timeout) {
        return new HttpAsk("GET", path, Map.of(), port, timeout);
    }
}
