package dev.relevo.local.proxy;

import io.undertow.client.ClientCallback;
import io.undertow.client.ClientConnection;
import io.undertow.client.UndertowClient;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.proxy.ProxyCallback;
import io.undertow.server.handlers.proxy.ProxyClient;
import io.undertow.server.handlers.proxy.ProxyConnection;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.XnioIoThread;

/**
 * Finds a connection for each request. A backend that cannot be connected to, or that closed the connection before it
 * answered a request that may be sent again, is left out and the next one asked; while there is none, the request waits.
 */
final class BackendConnections implements ProxyClient {
    private static final int RETRY_MILLIS = 10;
    private static final OptionMap CONNECTION = OptionMap.create(Options.TCP_NODELAY, true);

    private final Supplier<RoutingTable> table;
    private final Balancer balancer;
    private final ByteBufferPool buffers;
    private final UndertowClient client = UndertowClient.getInstance();

    BackendConnections(Supplier<RoutingTable> table, Balancer balancer, ByteBufferPool buffers) {
        this.table = table;
        this.balancer = balancer;
        this.buffers = buffers;
    }

    @Override
    public ProxyTarget findTarget(HttpServerExchange exchange) {
        return exchange.getAttachment(Forwarding.KEY);
    }

    @Override
    public void getConnection(
            ProxyTarget target,
            HttpServerExchange exchange,
            ProxyCallback<ProxyConnection> callback,
            long timeout,
            TimeUnit timeUnit) {
        Forwarding forwarding = exchange.getAttachment(Forwarding.KEY);
        forwarding.failed("closed the connection before it answered");
        find(forwarding, exchange, callback);
    }

    private void find(Forwarding forwarding, HttpServerExchange exchange, ProxyCallback<ProxyConnection> callback) {
        if (forwarding.isTimedOut()) {
            return;
        }
        XnioIoThread thread = exchange.getIoThread();
        List<Backend> backends = table.get().backends(forwarding.service());
        Optional<Backend> chosen = balancer.acquire(backends, forwarding.tried());
        if (chosen.isPresent()) {
            forwarding.chosen(chosen.get());
            connect(chosen.get(), forwarding, exchange, callback);
        } else if (forwarding.isLate()) {
            Refusal.noBackend(exchange, forwarding, backends.size());
        } else {
            forwarding.startOver();
            thread.executeAfter(() -> find(forwarding, exchange, callback), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void connect(
            Backend backend,
            Forwarding forwarding,
            HttpServerExchange exchange,
            ProxyCallback<ProxyConnection> callback) {
        Optional<ClientConnection> idle = backend.takeIdle(exchange.getIoThread());
        if (idle.isPresent()) {
            forwarding.connected(idle.get());
            callback.completed(exchange, new ProxyConnection(idle.get(), "/"));
            return;
        }
        client.connect(
                new ClientCallback<>() {
                    @Override
                    public void completed(ClientConnection connection) {
                        connection.addCloseListener(backend::forget);
                        forwarding.connected(connection);
                        callback.completed(exchange, new ProxyConnection(connection, "/"));
                    }

                    @Override
                    public void failed(IOException e) {
                        forwarding.failed("refused the connection: " + e.getMessage());
                        find(forwarding, exchange, callback);
                    }
                },
                backend.uri(),
                exchange.getIoThread(),
                buffers,
                CONNECTION);
    }
}
