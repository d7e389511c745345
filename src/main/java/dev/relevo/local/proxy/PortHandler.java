package dev.relevo.local.proxy;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.time.Duration;

/** Handles the requests that come in on one port. */
final class PortHandler implements HttpHandler {
    private final PortKey port;
    private final HttpHandler proxy;
    private final long waitNanos;

    PortHandler(PortKey port, HttpHandler proxy, Duration waitForEndpoint) {
        this.port = port;
        this.proxy = proxy;
        this.waitNanos = waitForEndpoint.toNanos();
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        Forwarding forwarding = new Forwarding(port, System.nanoTime() + waitNanos);
        exchange.putAttachment(Forwarding.KEY, forwarding);
        exchange.addExchangeCompleteListener(forwarding);
        exchange.addResponseCommitListener(PortHandler::keepClientConnection);
        proxy.handleRequest(exchange);
    }

    /** Whether a backend closes its connection is nothing to the client, whose connection goes to the proxy. */
    private static void keepClientConnection(HttpServerExchange exchange) {
        if (!exchange.isUpgrade() && exchange.getStatusCode() != 101) {
            exchange.getResponseHeaders().remove(Headers.CONNECTION);
            exchange.getResponseHeaders().remove(Headers.KEEP_ALIVE);
        }
    }
}
