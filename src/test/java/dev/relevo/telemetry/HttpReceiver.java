package dev.relevo.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** A real HTTP server that keeps what it is told. */
public final class HttpReceiver implements AutoCloseable {
    private final HttpServer server;
    private final int status;
    private final List<Told> told = new CopyOnWriteArrayList<>();

    /** One request. */
    public record Told(String method, String path, String authorization, String type, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private HttpReceiver(HttpServer server, int status) {
        this.server = server;
        this.status = status;
    }

    /** One that answers everything with 200. */
    public static HttpReceiver start() throws IOException {
        return answering(200);
    }

    public static HttpReceiver answering(int status) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HttpReceiver receiver = new HttpReceiver(server, status);
        server.createContext("/", receiver::take);
        server.start();
        return receiver;
    }

    private void take(HttpExchange exchange) {
        try (exchange) {
            told.add(new Told(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                    body(exchange).readAllBytes()));
            exchange.sendResponseHeaders(status, -1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream body(HttpExchange exchange) throws IOException {
        InputStream sent = exchange.getRequestBody();
        boolean compressed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        return compressed ? new GZIPInputStream(sent) : sent;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Told> told() {
        return List.copyOf(told);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
