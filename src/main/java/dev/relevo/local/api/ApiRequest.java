package dev.relevo.local.api;

import dev.relevo.local.store.ApiError;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it was read, and the warnings that its answer will carry.
 *
 * @param method the HTTP method
 * @param path the path
 * @param query the parameters
 * @param headers the headers
 * @param body the body, empty when there is none
 * @param warnings added to while the request is handled
 * @param knownAccess who asks, once that is known
 */
record ApiRequest(
        String method,
        String path,
        Map<String, Deque<String>> query,
        HeaderMap headers,
        byte[] body,
        List<String> warnings,
        Optional<Access> knownAccess) {
    private static final int MANAGER_LIMIT = 128;

    static ApiRequest of(HttpServerExchange exchange, byte[] body) {
        return new ApiRequest(
                exchange.getRequestMethod().toString(),
                exchange.getRequestPath(),
                exchange.getQueryParameters(),
                exchange.getRequestHeaders(),
                body,
                new ArrayList<>(),
                Optional.empty());
    }

    /** The same, made by somebody who is known. */
    ApiRequest by(Access access) {
        return new ApiRequest(method, path, query, headers, body, warnings, Optional.of(access));
    }

    /** Who asks. */
    Access access() {
        return knownAccess.orElseThrow(() -> new IllegalStateException("Nobody has asked yet who makes " + this));
    }

    /** A parameter, empty when it is absent or empty. */
    Optional<String> parameter(String name) {
        Deque<String> values = query.get(name);
        return values == null || values.isEmpty() || values.getFirst().isEmpty()
                ? Optional.empty()
                : Optional.of(values.getFirst());
    }

    boolean flag(String name) {
        Deque<String> values = query.get(name);
        if (values == null || values.isEmpty()) {
            return false;
        }
        String value = values.getFirst();
        return !value.equals("false") && !value.equals("0");
    }

    /**
     * @throws ApiError 400 when it is no number
     */
    Optional<Long> number(String name) {
        return parameter(name).map(text -> {
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException e) {
                throw ApiError.badRequest(
                        "strconv.ParseInt: parsing \"" + text + "\": invalid syntax for parameter [" + name + "]");
            }
        });
    }

    String header(HttpString name) {
        String value = headers.getFirst(name);
        return value == null ? "" : value;
    }

    /** The media type of the body, without parameters. */
    String contentType() {
        String type = header(Headers.CONTENT_TYPE);
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip();
    }

    /** Who writes: the {@code fieldManager} parameter, else the program's name from its user agent. */
    String fieldManager() {
        return parameter("fieldManager").orElseGet(() -> {
            String agent = header(Headers.USER_AGENT);
            int slash = agent.indexOf('/');
            String name = slash < 0 ? agent : agent.substring(0, slash);
            String known = name.isEmpty() ? "unknown" : name;
            return known.substring(0, Math.min(known.length(), MANAGER_LIMIT));
        });
    }

    /**
     * Whether nothing is to be stored.
     *
     * @throws ApiError 400 when the value is not the only one there is
     */
    boolean dryRun() {
        Optional<String> value = parameter("dryRun");
        if (value.isPresent() && !value.get().equals("All")) {
            throw ApiError.badRequest("dryRun: Unsupported value: \"" + value.get() + "\": supported values: \"All\"");
        }
        return value.isPresent();
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
