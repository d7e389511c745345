package dev.relevo.local.api;

import dev.relevo.local.store.ApiError;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests from the wire and puts answers on it. */
final class ApiHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
    private static final int BODY_LIMIT = 3 << 20;
    /** Below this size compression costs more than it saves on a loopback connection. */
    private static final int GZIP_FROM = 128 << 10;

    private static final HttpString WARNING = new HttpString("Warning");
    private static final HttpString AUDIT_ID = new HttpString("Audit-Id");

    private final Router router;
    private final Executor streams;

    /**
     * @param router finds the answer
     * @param streams runs the answers that last
     */
    ApiHandler(Router router, Executor streams) {
        this.router = router;
        this.streams = streams;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        boolean bodyless = exchange.isRequestComplete();
        if (!bodyless && exchange.isInIoThread()) {
            exchange.dispatch(this);
            return;
        }
        ApiRequest request = ApiRequest.of(exchange, new byte[0]);
        try {
            ApiRequest whole = bodyless ? request : ApiRequest.of(exchange, body(exchange));
            send(exchange, whole, router.answer(whole));
        } catch (ApiError error) {
            refuse(exchange, request, error);
        } catch (IOException e) {
            LOG.debug("The client of {} is gone", request, e);
            exchange.endExchange();
        } catch (RuntimeException e) {
            LOG.error("{} failed", request, e);
            refuse(exchange, request, ApiError.of(500, "InternalError", "Internal error occurred: " + e));
        }
    }

    private static byte[] body(HttpServerExchange exchange) throws IOException {
        exchange.startBlocking();
        byte[] body = exchange.getInputStream().readNBytes(BODY_LIMIT + 1);
        if (body.length > BODY_LIMIT) {
            throw ApiError.of(413, "RequestEntityTooLarge", "Request entity too large: limit is " + BODY_LIMIT);
        }
        return body;
    }

    private void refuse(HttpServerExchange exchange, ApiRequest request, ApiError error) {
        if (exchange.isResponseStarted()) {
            exchange.endExchange();
            return;
        }
        if (error.retryAfterSeconds() > 0) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, error.retryAfterSeconds());
        }
        try {
            send(exchange, request, ApiResponse.json(error.code(), error.toStatus()));
        } catch (IOException e) {
            LOG.debug("The client of {} is gone", request, e);
            exchange.endExchange();
        }
    }

    private void send(HttpServerExchange exchange, ApiRequest request, ApiResponse response) throws IOException {
        for (String warning : request.warnings()) {
            exchange.getResponseHeaders()
                    .add(WARNING, "299 - \"" + warning.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }
        exchange.getResponseHeaders().put(AUDIT_ID, UUID.randomUUID().toString());
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-cache, private");
        if (response instanceof ApiResponse.Whole whole) {
            exchange.setStatusCode(whole.code());
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, whole.contentType());
            exchange.getResponseSender().send(ByteBuffer.wrap(compressed(exchange, whole.body())));
        } else if (response instanceof ApiResponse.Stream stream && WebSocketStream.isAskedFor(exchange)) {
            WebSocketStream.upgrade(exchange, stream.body(), streams);
        } else if (response instanceof ApiResponse.Stream stream) {
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, stream.contentType());
            exchange.dispatch(streams, () -> write(exchange, request, stream));
        }
    }

    private void write(HttpServerExchange exchange, ApiRequest request, ApiResponse.Stream stream) {
        try {
            if (!exchange.isBlocking()) {
                exchange.startBlocking();
            }
            OutputStream out = exchange.getOutputStream();
            stream.body().write(out);
            out.close();
        } catch (ApiError error) {
            refuse(exchange, request, error);
        } catch (IOException e) {
            LOG.debug("The client of {} is gone", request, e);
        } catch (RuntimeException e) {
            LOG.error("{} failed", request, e);
        } finally {
            exchange.endExchange();
        }
    }

    private static byte[] compressed(HttpServerExchange exchange, byte[] body) {
        HeaderValues accepted = exchange.getRequestHeaders().get(Headers.ACCEPT_ENCODING);
        boolean asked = accepted != null && accepted.stream().anyMatch(value -> value.contains("gzip"));
        if (!asked || body.length < GZIP_FROM) {
            return body;
        }
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new IllegalStateException("Memory can always be written", e);
        }
        exchange.getResponseHeaders().put(Headers.CONTENT_ENCODING, "gzip").put(Headers.VARY, "Accept-Encoding");
        return compressed.toByteArray();
    }
}
