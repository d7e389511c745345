package dev.relevo.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The process of the images that end-to-end tests deploy: it answers with its version, and fails in the ways that its
 * environment asks for. It is started by the local node, never within a test.
 */
public final class EchoServer {
    private EchoServer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> env = System.getenv();
        String version = env.getOrDefault("VERSION", "none");
        if (env.containsKey("EXIT")) {
            System.err.println("FATAL: no connection to the database at db:5432");
            System.exit(Integer.parseInt(env.get("EXIT")));
        }
        Thread.sleep(Long.parseLong(env.getOrDefault("START_DELAY_MS", "0")));
        HttpServer server = HttpServer.create(
                new InetSocketAddress(
                        env.getOrDefault("HOST", "0.0.0.0"), Integer.parseInt(env.getOrDefault("PORT", "8080"))),
                256);
        ExecutorService workers = Executors.newFixedThreadPool(16);
        server.setExecutor(workers);
        server.createContext("/", exchange -> {
            boolean failing = exchange.getRequestURI().getPath().equals("/ready") && env.containsKey("NEVER_READY");
            byte[] body = (failing ? "still warming up" : version).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(failing ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
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
}
