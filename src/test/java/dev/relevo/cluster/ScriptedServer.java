package dev.relevo.cluster;

import io.fabric8.kubernetes.client.Config;
import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real HTTP server that plays an API server word by word, faults included. */
final class ScriptedServer implements AutoCloseable {
    /** Longer than any machine stalls. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the server does with one request. */
    interface Reaction {
        void handle(HttpServerExchange exchange, String body) throws IOException;
    }

    /** A request as it arrived. */
    record Seen(String method, String path, String query, String contentType, String body) {}

    private final Queue<Reaction> script = new ConcurrentLinkedQueue<>();
    private final Undertow server;
    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final List<Throwable> surprises = new CopyOnWriteArrayList<>();

    ScriptedServer() {
        server = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setIoThreads(1)
                .setHandler(exchange -> exchange.dispatch(() -> {
                    try {
                        answer(exchange);
                    } catch (IOException | RuntimeException e) {
                        surprises.add(e);
                    }
                }))
                .build();
        server.start();
    }

    ScriptedServer then(Reaction reaction) {
        script.add(reaction);
        return this;
    }

    ScriptedServer then(int status, String json) {
        return then((exchange, body) -> send(exchange, status, json));
    }

    ScriptedServer then(int status, String json, String header, String value) {
        return then((exchange, body) -> {
            exchange.getResponseHeaders().put(new HttpString(header), value);
            send(exchange, status, json);
        });
    }

    /** The connection is reset after the request was read. */
    ScriptedServer thenReset() {
        return then((exchange, body) -> exchange.getConnection().close());
    }

    String url() {
        return "http://127.0.0.1:"
                + ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    KubernetesCluster cluster() {
        return cluster(Duration.ofSeconds(30));
    }

    KubernetesCluster cluster(Duration watchIdle) {
        return cluster(watchIdle, PATIENCE);
    }

    KubernetesCluster cluster(Duration watchIdle, Duration budget) {
        Config config = Config.empty();
        config.setMasterUrl(url());
        config.setRequestRetryBackoffLimit(0);
        config.setHttp2Disable(true);
        RetryPolicy quick =
                new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(50), budget, budget, PATIENCE, () -> 0.5);
        return KubernetesCluster.over(config, quick, new WatchPatience(Duration.ofSeconds(30), watchIdle));
    }

    static void send(HttpServerExchange exchange, int status, String json) throws IOException {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(new HttpString("Content-Type"), "application/json");
        OutputStream out = exchange.getOutputStream();
        out.write(json.getBytes(StandardCharsets.UTF_8));
        out.close();
    }

    /** One line of a watch, sent at once. */
    static void line(HttpServerExchange exchange, String json) {
        try {
            OutputStream out = exchange.getOutputStream();
            out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpServerExchange exchange) throws IOException {
        exchange.startBlocking();
        String body = new String(exchange.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        HeaderMap headers = exchange.getRequestHeaders();
        seen.add(new Seen(
                exchange.getRequestMethod().toString(),
                exchange.getRequestPath(),
                exchange.getQueryString(),
                String.valueOf(headers.getFirst("Content-Type")),
                body));
        Reaction next = script.poll();
        if (next == null) {
            send(exchange, 500, "{\"message\":\"the script is over\"}");
            return;
        }
        next.handle(exchange, body);
        exchange.endExchange();
    }

    @Override
    public void close() {
        server.stop();
    }
}
