package dev.relevo.local.api;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An answer that lasts, sent over a WebSocket: each line is a text frame. Some clients watch in this way. */
final class WebSocketStream extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketStream.class);

    private final WebSocketChannel channel;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private WebSocketStream(WebSocketChannel channel) {
        this.channel = channel;
    }

    static boolean isAskedFor(HttpServerExchange exchange) {
        String upgrade = exchange.getRequestHeaders().getFirst(Headers.UPGRADE);
        return upgrade != null && upgrade.equalsIgnoreCase("websocket");
    }

    /** Changes the protocol and has the answer written by the executor. */
    static void upgrade(HttpServerExchange exchange, ApiResponse.Writer body, Executor executor) throws IOException {
        WebSocketConnectionCallback start = (http, channel) -> {
            channel.getReceiveSetter().set(new AbstractReceiveListener() {});
            channel.resumeReceives();
            executor.execute(() -> run(body, channel));
        };
        try {
            new WebSocketProtocolHandshakeHandler(start).handleRequest(exchange);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static void run(ApiResponse.Writer body, WebSocketChannel channel) {
        try (WebSocketStream out = new WebSocketStream(channel)) {
            body.write(out);
        } catch (IOException e) {
            LOG.debug("The client of a WebSocket is gone", e);
        } catch (RuntimeException e) {
            LOG.error("A WebSocket failed", e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        if (b != '\n') {
            line.write(b);
            return;
        }
        WebSockets.sendTextBlocking(line.toString(StandardCharsets.UTF_8), channel);
        line.reset();
    }

    /** Fails when the client is gone, so that its watch ends although nothing happens. */
    @Override
    public void flush() throws IOException {
        if (!channel.isOpen() || channel.isCloseFrameReceived()) {
            throw new IOException("the WebSocket is closed");
        }
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen() && !channel.isCloseFrameSent()) {
            WebSockets.sendCloseBlocking(CloseMessage.NORMAL_CLOSURE, "", channel);
        }
    }
}
