package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * One request to the API server.
 *
 * @param method HTTP method
 * @param path path and query, beginning with a slash
 * @param contentType of the body
 * @param body what is sent
 * @param what for messages: verb and object, e.g. {@code get Deployment/clients in dev}
 */
record ApiRequest(String method, String path, String contentType, Optional<JsonNode> body, String what) {
    static ApiRequest get(String path, String what) {
        return new ApiRequest("GET", path, "application/json", Optional.empty(), what);
    }

    static ApiRequest with(String method, String path, String contentType, JsonNode body, String what) {
        return new ApiRequest(method, path, contentType, Optional.of(body), what);
    }
}
