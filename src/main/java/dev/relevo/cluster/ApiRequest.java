package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/**
 * One request to the API server.
 *
 * @param method HTTP method
 * @param path path and query, beginning with a slash
 * @param contentType of the body
 * @param body what is sent
 * @param headers beside those that say who asks
 * @param what for messages: verb and object, e.g. {@code get Deployment/clients in dev}
 */
record ApiRequest(
        String method,
        String path,
        String contentType,
        Optional<JsonNode> body,
        Map<String, String> headers,
        String what) {
    private static final Map<String, String> JSON = Map.of("Accept", "application/json");

    ApiRequest {
        headers = Map.copyOf(headers);
    }

    static ApiRequest get(String path, String what) {
        return new ApiRequest("GET", path, "application/json", Optional.empty(), JSON, what);
    }

    static ApiRequest with(String method, String path, String contentType, JsonNode body, String what) {
        return new ApiRequest(method, path, contentType, Optional.of(body), JSON, what);
    }

    /** The same with a method and headers of the caller's, and without a body. */
    static ApiRequest bare(String method, String path, Map<String, String> headers) {
        return new ApiRequest(method, path, "", Optional.empty(), headers, method + " " + path);
    }
}
