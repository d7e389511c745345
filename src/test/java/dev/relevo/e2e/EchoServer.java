package dev.relevo.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * The process of the images that end-to-end tests deploy: it answers with its version, and fails in the ways that its
 * environment asks for. It is started by a node, never within a test.
 */
public final class EchoServer {
    private static final Duration KEPT_CONNECTIONS_LEAVE = Duration.ofSeconds(1);

    private EchoServer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> env = System.getenv();
        String version = env.getOrDefault("VERSION", "none");
        if (env.containsKey("EXIT")) {
            System.err.println("FATAL: no connection to the database at db:5432");
            System.exit(Integer.parseInt(env.get("EXIT")));
        }
        Thread.sleep(Long.parseLong(env.getOrDefault("START_DELAY_MS", "0")));
        AtomicBoolean stopping = new AtomicBoolean();
        HttpServer server = HttpServer.create(
                new InetSocketAddress(
                        env.getOrDefault("HOST", "0.0.0.0"), Integer.parseInt(env.getOrDefault("PORT", "8080"))),
                256);
        ExecutorService workers = Executors.newFixedThreadPool(16);
        server.setExecutor(workers);
        server.createContext("/", exchange -> {
            boolean unready = exchange.getRequestURI().getPath().equals("/ready") && env.containsKey("NEVER_READY");
            int page = exchange.getRequestURI().getPath().equals("/")
                    ? Integer.parseInt(env.getOrDefault("FRONT_PAGE", "200"))
                    : 200;
            answer(exchange, stopping, unready ? 503 : page, unready ? "still warming up" : version);
        });
        LongAdder answers = new LongAdder();
        int status = Integer.parseInt(env.getOrDefault("STATUS", "200"));
        server.createContext("/users", exchange -> {
            answers.increment();
            // A proxy that balances connections, as kube-proxy does, leads the next request wherever its share says.
            exchange.getResponseHeaders().set("Connection", "close");
            answer(exchange, stopping, status, version);
        });
        server.createContext(
                "/prometheus", exchange -> answer(exchange, stopping, 200, """
                        # TYPE http_server_requests_seconds summary
                        http_server_requests_seconds_count{method="GET",status="%d",uri="/users"} %d
                        """.formatted(status, answers.sum())));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            // Nobody opens connections to this pod any more; those that are kept open learn from their next answer.
            stopping.set(true);
            pause(KEPT_CONNECTIONS_LEAVE);
            server.stop(1);
            workers.shutdown();
            try {
                workers.awaitTermination(2, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        server.start();
        System.out.println("serving " + version);
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, AtomicBoolean stopping, int status, String text)
            throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        if (stopping.get()) {
            exchange.getResponseHeaders().set("Connection", "close");
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
