package dev.relevo.pipeline;

import dev.relevo.local.registry.LocalRegistry;
import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.proxy.LoadBalancingProxyClient;
import io.undertow.server.handlers.proxy.ProxyHandler;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A real registry behind a door that asks for a login and, if told so, has a bad day. */
final class GuardedRegistry implements AutoCloseable {
    /** How it asks who somebody is. */
    enum Door {
        OPEN,
        BASIC,
        BEARER
    }

    final List<String> requests = new CopyOnWriteArrayList<>();
    final AtomicInteger unavailableUploads = new AtomicInteger();
    final AtomicInteger brokenUploads = new AtomicInteger();
    final LocalRegistry behind;
    private final Door door;
    private final ProxyHandler proxy;
    private final Undertow server;

    GuardedRegistry(Path folder, Door door) throws IOException {
        this.door = door;
        this.behind = LocalRegistry.start(folder, 0);
        this.proxy = ProxyHandler.builder()
                .setProxyClient(new LoadBalancingProxyClient().addHost(URI.create("http://" + behind.authority())))
                .setRewriteHostHeader(false)
                .build();
        this.server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1", this::handle)
                .setServerOption(io.undertow.UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .build();
        server.start();
    }

    String authority() {
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return "127.0.0.1:" + address.getPort();
    }

    private void handle(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRequestPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        String sent = exchange.getRequestHeaders().getFirst("Authorization");
        if (path.equals("/token")) {
            boolean known = login("ann", "se:cret").equals(sent);
            exchange.setStatusCode(known ? 200 : 401);
            exchange.getResponseSender().send(known ? "{\"token\":\"opened\"}" : "{}");
            return;
        }
        String wanted = door == Door.BASIC ? login("ann", "se:cret") : "Bearer opened";
        if (door != Door.OPEN && !wanted.equals(sent)) {
            String challenge = door == Door.BASIC
                    ? "Basic realm=\"here\""
                    : "Bearer realm=\"http://" + authority() + "/token\",service=\"here\",scope=\"x\"";
            exchange.getResponseHeaders().put(new HttpString("WWW-Authenticate"), challenge);
            exchange.setStatusCode(401);
            exchange.getResponseSender().send("{}");
            return;
        }
        boolean upload = exchange.getRequestMethod().toString().equals("PUT") && path.contains("/blobs/uploads/");
        if (upload && unavailableUploads.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            exchange.getResponseHeaders().put(new HttpString("Retry-After"), "0");
            exchange.setStatusCode(503);
            exchange.endExchange();
        } else if (upload && brokenUploads.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            exchange.getConnection().close();
        } else {
            proxy.handleRequest(exchange);
        }
    }

    static String login(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop();
        behind.close();
    }
}
