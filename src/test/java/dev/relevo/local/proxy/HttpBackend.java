package dev.relevo.local.proxy;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.BlockingHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** A real server that is an endpoint. */
final class HttpBackend implements AutoCloseable {
    final InetSocketAddress address;
    final AtomicInteger requests = new AtomicInteger();
    private final Undertow server;

    private HttpBackend(HttpHandler handler) {
        server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .setIoThreads(1)
                .setWorkerThreads(4)
                .setHandler(exchange -> {
                    requests.incrementAndGet();
                    handler.handleRequest(exchange);
                })
                .build();
        server.start();
        address = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    }

    /** @param handler may block */
    static HttpBackend handling(HttpHandler handler) {
        return new HttpBackend(new BlockingHandler(handler));
    }

    /**
     * Answers everything with its name, on the threads that read: a server that hands requests on to others answers 503 itself
     * while those end.
     */
    static HttpBackend named(String name) {
        return new HttpBackend(exchange -> exchange.getResponseSender().send(name));
    }

    ProxyFixture.Endpoint ready() {
        return ProxyFixture.Endpoint.ready(address);
    }

    @Override
    public void close() {
        server.stop();
    }
}
