package dev.relevo.samples.clients;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/** What every response carries: who answered, how a browser is to treat it, and when the connection ends. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class ResponseHeaders {
    private static final String POLICY =
            "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    private final Version version;
    private final GracefulExit exit;

    ResponseHeaders(Version version, GracefulExit exit) {
        this.version = version;
        this.exit = exit;
    }

    @ResponseFilter
    void complete(MutableHttpResponse<?> response) {
        response.header("X-App-Version", version.version());
        response.header("X-App-Pod", version.pod());
        response.header("Content-Security-Policy", POLICY);
        response.header("X-Content-Type-Options", "nosniff");
        // Two versions answer under one address during a hand-over: a cached half of the page could meet the other's
        // half.
        response.header(HttpHeaders.CACHE_CONTROL, "no-store");
        if (exit.draining()) {
            response.header(HttpHeaders.CONNECTION, "close");
        }
    }
}
