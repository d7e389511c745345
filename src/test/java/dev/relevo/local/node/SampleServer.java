package dev.relevo.local.node;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executors;

/** The process of the test images: a web server that says what it was started with. It is never run within a test. */
public final class SampleServer {
    private SampleServer() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> env = System.getenv();
        System.out.println("starting " + String.join(" ", arguments));
        if (env.containsKey("EXIT")) {
            System.exit(Integer.parseInt(env.get("EXIT")));
        }
        HttpServer server = HttpServer.create(
                new InetSocketAddress(
                        env.getOrDefault("HOST", "127.0.0.1"), Integer.parseInt(env.getOrDefault("PORT", "8080"))),
                64);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            String answer;
            if (path.startsWith("/env/")) {
                answer = env.getOrDefault(path.substring(5), "");
            } else if (path.startsWith("/file/")) {
                Path file = Path.of(env.getOrDefault(path.substring(6), "/nowhere"));
                answer = Files.exists(file) ? Files.readString(file) : "missing " + file;
            } else {
                answer = env.getOrDefault("VERSION", "none");
            }
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(path.equals("/broken") ? 500 : 200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.setExecutor(Executors.newCachedThreadPool());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            System.out.println("stopping");
            server.stop(1);
        }));
        server.start();
        System.out.println("started");
    }
}
