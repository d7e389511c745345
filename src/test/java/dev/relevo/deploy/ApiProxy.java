package dev.relevo.deploy;

import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Stands between one deployer and the API server: notes every request, and does to it what it is told to. */
final class ApiProxy implements AutoCloseable {
    /** What is done to a request. */
    enum Deed {
        PASS,
        /** 409 without asking the server. */
        CONFLICT,
        /** 429 with a Retry-After. */
        THROTTLE,
        /** 500 to 504 without asking the server. */
        ERROR,
        /** The server's answer is thrown away, and 500 to 504 given instead. */
        ERROR_INSTEAD,
        /** The connection is closed before anything is done. */
        RESET,
        /** The connection is closed in the middle of the answer. */
        RESET_IN_ANSWER,
        /** A list shows what the same list showed before. */
        STALE,
        /** A watch says nothing. */
        SILENT,
        /** A watch ends after a moment, without a word. */
        CLOSED,
        /** A watch says that its version is too old. */
        GONE
    }

    /**
     * A request.
     *
     * @param number counted from 1
     */
    record Call(int number, String method, String path, String query) {
        boolean writes() {
            return !method.equals("GET");
        }

        boolean watches() {
            return query.contains("watch=true");
        }

        boolean lists() {
            return !writes() && !watches() && query.contains("limit=");
        }

        /** Whether it keeps the lock. */
        boolean aboutLock() {
            return path.contains("/leases");
        }

        @Override
        public String toString() {
            return method + " " + path + (query.isEmpty() ? "" : "?" + query);
        }
    }

    /** Decides what is done to requests, and sees them before and after. */
    interface Meddler {
        Deed meet(Call call);

        /** The server has answered, and the deployer has not heard of it. */
        default void answered(Call call, int status) {}
    }

    private final HttpClient http;
    private final String server;
    private final Meddler meddler;
    private final Undertow undertow;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "api-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, byte[]> lists = new ConcurrentHashMap<>();

    ApiProxy(HollowCluster cluster, Meddler meddler) {
        this.server = cluster.url();
        this.meddler = meddler;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trustingOurOwnServer())
                .build();
        this.undertow = Undertow.builder()
                .addHttpListener(0, "127.0.0.1")
                .setIoThreads(1)
                .setHandler(exchange -> exchange.dispatch(threads, () -> handle(exchange)))
                .build();
        undertow.start();
    }

    /** A kubeconfig that leads through here. */
    Path kubeconfig(Path file) throws IOException {
        int port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
        return Files.writeString(file, """
                apiVersion: v1
                kind: Config
                current-context: proxied
                clusters: [{name: proxied, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: proxied, user: {}}]
                contexts: [{name: proxied, context: {cluster: proxied, user: proxied}}]
                """.formatted(port));
    }

    /** What was asked so far, in order. */
    List<Call> calls() {
        return calls;
    }

    private void handle(HttpServerExchange exchange) {
        try {
            exchange.startBlocking();
            byte[] body = exchange.getInputStream().readAllBytes();
            Call call = note(exchange);
            answer(exchange, call, body, meddler.meet(call));
        } catch (IOException | RejectedExecutionException | IllegalStateException gone) {
            // The client is, or the proxy is being closed.
            exchange.endExchange();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            exchange.endExchange();
        } catch (RuntimeException | Error e) {
            // Else the client would wait for an answer that nobody gives.
            exchange.endExchange();
            throw e;
        }
    }

    private synchronized Call note(HttpServerExchange exchange) {
        Call call = new Call(
                calls.size() + 1,
                exchange.getRequestMethod().toString(),
                exchange.getRequestURI(),
                exchange.getQueryString());
        calls.add(call);
        return call;
    }

    private void answer(HttpServerExchange exchange, Call call, byte[] body, Deed deed)
            throws IOException, InterruptedException {
        switch (deed) {
            case CONFLICT -> status(exchange, 409, "Conflict");
            case THROTTLE -> {
                exchange.getResponseHeaders().put(Headers.RETRY_AFTER, "1");
                status(exchange, 429, "TooManyRequests");
            }
            case ERROR -> status(exchange, 500 + call.number() % 5, "InternalError");
            case RESET -> exchange.getConnection().close();
            case GONE -> send(exchange, 200, """
                    {"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}
                    """.getBytes(StandardCharsets.UTF_8));
            default -> {
                if (call.watches()) {
                    watch(exchange, call, deed);
                } else {
                    forward(exchange, call, body, deed);
                }
            }
        }
    }

    private void forward(HttpServerExchange exchange, Call call, byte[] body, Deed deed)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                http.send(request(exchange, call, body), HttpResponse.BodyHandlers.ofByteArray());
        meddler.answered(call, response.statusCode());
        byte[] told = response.body();
        if (call.lists() && response.statusCode() == 200) {
            byte[] before = lists.put(call.toString(), told);
            told = deed == Deed.STALE && before != null ? before : told;
        }
        if (deed == Deed.ERROR_INSTEAD) {
            status(exchange, 500 + call.number() % 5, "InternalError");
        } else if (deed == Deed.RESET_IN_ANSWER) {
            exchange.getResponseHeaders().put(Headers.CONTENT_LENGTH, told.length + 1L);
            exchange.getOutputStream().write(told, 0, told.length / 2);
            exchange.getOutputStream().flush();
            exchange.getConnection().close();
        } else {
            response.headers()
                    .firstValue("Retry-After")
                    .ifPresent(value -> exchange.getResponseHeaders().put(Headers.RETRY_AFTER, value));
            send(exchange, response.statusCode(), told);
        }
    }

    private void watch(HttpServerExchange exchange, Call call, Deed deed) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                http.send(request(exchange, call, new byte[0]), HttpResponse.BodyHandlers.ofInputStream());
        exchange.setStatusCode(response.statusCode());
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        OutputStream out = exchange.getOutputStream();
        out.flush();
        if (deed == Deed.CLOSED) {
            response.body().close();
            out.close();
            exchange.endExchange();
            return;
        }
        byte[] buffer = new byte[8192];
        try (InputStream in = response.body()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (deed != Deed.SILENT) {
                    out.write(buffer, 0, read);
                    out.flush();
                }
            }
        }
        exchange.endExchange();
    }

    private HttpRequest request(HttpServerExchange exchange, Call call, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server + call.path() + (call.query().isEmpty() ? "" : "?" + call.query())))
                .header("Authorization", "Bearer " + HollowCluster.token())
                .method(
                        call.method(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        for (HttpString header : List.of(Headers.CONTENT_TYPE, Headers.ACCEPT)) {
            String value = exchange.getRequestHeaders().getFirst(header);
            if (value != null) {
                request.header(header.toString(), value);
            }
        }
        return request.build();
    }

    private static void status(HttpServerExchange exchange, int code, String reason) throws IOException {
        send(
                exchange,
                code,
                "{\"kind\":\"Status\",\"code\":%d,\"reason\":\"%s\",\"message\":\"made up on the way\"}"
                        .formatted(code, reason)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpServerExchange exchange, int code, byte[] body) throws IOException {
        exchange.setStatusCode(code);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        exchange.getOutputStream().write(body);
        exchange.getOutputStream().close();
        exchange.endExchange();
    }

    /** The server is on this machine, with an authority of its own. */
    private static SSLContext trustingOurOwnServer() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trusting()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public void close() {
        undertow.stop();
        threads.shutdownNow();
    }
}
