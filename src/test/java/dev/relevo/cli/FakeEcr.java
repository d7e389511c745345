package dev.relevo.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays ECR (JSON 1.1, GetAuthorizationToken) and, for the identity of a pod, STS (query, AssumeRoleWithWebIdentity). */
final class FakeEcr implements AutoCloseable {
    static final String REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
    static final String PASSWORD = "eyJwYXlsb2FkIjoi-twelve-hours";

    /** A question to ECR. */
    record Request(String target, String authorization) {}

    private final HttpServer server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<String> identities = new CopyOnWriteArrayList<>();
    private final AtomicInteger throttled = new AtomicInteger();
    private volatile boolean refusing;
    private volatile boolean empty;

    FakeEcr() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Request> requests() {
        return requests;
    }

    /** The tokens of pods that were changed for credentials. */
    List<String> identities() {
        return identities;
    }

    /** Is too busy for the next questions. */
    void throttle(int times) {
        throttled.set(times);
    }

    void refuse() {
        refusing = true;
    }

    /** Answers well, but has no login to give. */
    void runDry() {
        empty = true;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String target = header(exchange, "X-Amz-Target");
        if (target.isEmpty()) {
            webIdentity(exchange, body);
            return;
        }
        requests.add(new Request(target, header(exchange, "Authorization")));
        if (throttled.getAndDecrement() > 0) {
            send(exchange, 400, "{\"__type\": \"ThrottlingException\", \"message\": \"Rate exceeded\"}");
        } else if (refusing) {
            send(exchange, 400, "{\"__type\": \"AccessDeniedException\", \"message\": \"User is not authorized\"}");
        } else if (empty) {
            send(exchange, 200, "{\"authorizationData\": []}");
        } else {
            String token = Base64.getEncoder().encodeToString(("AWS:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
            send(exchange, 200, """
                    {"authorizationData": [{"authorizationToken": "%s", "expiresAt": 1893499200,
                                            "proxyEndpoint": "https://%s"}]}
                    """.formatted(token, REGISTRY));
        }
    }

    private void webIdentity(HttpExchange exchange, String body) throws IOException {
        for (String pair : body.split("&", -1)) {
            if (pair.startsWith("WebIdentityToken=")) {
                identities.add(URLDecoder.decode(pair.substring(17), StandardCharsets.UTF_8));
            }
        }
        send(exchange, 200, """
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                  <AssumeRoleWithWebIdentityResult>
                    <Credentials>
                      <AccessKeyId>ASIAOFTHEROLE</AccessKeyId>
                      <SecretAccessKey>secret</SecretAccessKey>
                      <SessionToken>session</SessionToken>
                      <Expiration>2030-01-01T00:00:00Z</Expiration>
                    </Credentials>
                    <AssumedRoleUser><Arn>arn:aws:sts::1234:assumed-role/pull/x</Arn><AssumedRoleId>A:x</AssumedRoleId></AssumedRoleUser>
                  </AssumeRoleWithWebIdentityResult>
                </AssumeRoleWithWebIdentityResponse>
                """);
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
