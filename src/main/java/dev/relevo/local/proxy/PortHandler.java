package dev.relevo.local.proxy;

import dev.relevo.local.store.ResourceTypes;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.xnio.XnioExecutor;

/** Handles the requests that come in on one port. */
final class PortHandler implements HttpHandler {
    private final PortKey port;
    private final Supplier<RoutingTable> table;
    private final HttpHandler proxy;
    private final long waitNanos;

    PortHandler(PortKey port, Supplier<RoutingTable> table, HttpHandler proxy, Duration waitForEndpoint) {
        this.port = port;
        this.table = table;
        this.proxy = proxy;
        this.waitNanos = waitForEndpoint.toNanos();
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        PortKey target = port;
        Optional<Duration> limit = Optional.empty();
        Optional<List<RouteRule>> rules = table.get().rules(port);
        if (rules.isPresent() || port.owner().type().equals(ResourceTypes.GATEWAY)) {
            Optional<RouteRule> rule = rules.orElse(List.of()).stream()
                    .filter(each -> each.matches(exchange))
                    .findFirst();
            if (rule.isEmpty()) {
                Refusal.send(exchange, StatusCodes.NOT_FOUND, "No HTTPRoute of " + port + " matches this request.\n");
                return;
            }
            if (rule.get().filters().apply(exchange, rule.get().match())) {
                return;
            }
            Optional<PortKey> service = rule.get().services().next();
            if (service.isEmpty()) {
                Refusal.send(
                        exchange,
                        StatusCodes.INTERNAL_SERVER_ERROR,
                        "The HTTPRoute of " + port + " names no Service for this request that exists.\n");
                return;
            }
            target = service.get();
            limit = rule.get().timeout();
        }
        forward(target, exchange, limit);
    }

    private void forward(PortKey target, HttpServerExchange exchange, Optional<Duration> limit) throws Exception {
        Forwarding forwarding = new Forwarding(target, System.nanoTime() + waitNanos);
        exchange.putAttachment(Forwarding.KEY, forwarding);
        exchange.addExchangeCompleteListener(forwarding);
        exchange.addDefaultResponseListener(forwarding);
        limit.ifPresent(time -> {
            XnioExecutor.Key timer = exchange.getIoThread()
                    .executeAfter(() -> forwarding.timeOut(exchange, time), time.toMillis(), TimeUnit.MILLISECONDS);
            exchange.addExchangeCompleteListener((ended, next) -> {
                timer.remove();
                next.proceed();
            });
        });
        exchange.addResponseCommitListener(PortHandler::keepClientConnection);
        proxy.handleRequest(exchange);
    }

    /** Whether a backend closes its connection is nothing to the client, whose connection goes to the proxy. */
    private static void keepClientConnection(HttpServerExchange exchange) {
        if (!exchange.isUpgrade() && exchange.getStatusCode() != 101 && exchange.isPersistent()) {
            exchange.getResponseHeaders().remove(Headers.CONNECTION);
            exchange.getResponseHeaders().remove(Headers.KEEP_ALIVE);
        }
    }
}
