package dev.relevo.local.environment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.local.controller.Meta;
import dev.relevo.report.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks a running environment for a database by writing a Secret that asks, and waits until it is answered. */
final class DatabaseClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(90);
    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final int ATTEMPTS = 12;

    private final RunningEnvironment running;

    DatabaseClient(RunningEnvironment running) {
        this.running = running;
    }

    void ensure(String namespace, String name, String database) throws InterruptedException {
        try {
            JsonNode kubeconfig = YAML.readTree(Files.readString(running.kubeconfig()));
            HttpClient http = HttpClient.newBuilder()
                    .sslContext(trusting(kubeconfig
                            .at("/clusters/0/cluster/certificate-authority-data")
                            .asText()))
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
            String token = kubeconfig.at("/users/0/user/token").asText();
            String secrets = running.apiUrl() + "/api/v1/namespaces/" + namespace + "/secrets";
            long asked = ask(http, secrets, name, token, database);
            await(http, secrets + "/" + name, token, asked);
        } catch (IOException | GeneralSecurityException e) {
            throw failure("the API server cannot be asked: " + e);
        }
    }

    /**
     * Creates the Secret that asks, or has the one that is there ask.
     *
     * @return the number that it was asked with
     */
    private static long ask(HttpClient http, String secrets, String name, String token, String database)
            throws IOException, InterruptedException {
        HttpResponse<String> response = write(http, secrets, name, token, database);
        for (int attempt = 1; response.statusCode() == 409 && attempt < ATTEMPTS; attempt++) {
            // Somebody else wrote it meanwhile, and may have asked with a greater number.
            response = write(http, secrets, name, token, database);
        }
        JsonNode answer = JSON.readTree(response.body());
        if (response.statusCode() >= 300) {
            throw failure(answer.path("message").asText(response.body()));
        }
        return number(answer, DatabaseRequests.ASKED);
    }

    private static HttpResponse<String> write(
            HttpClient http, String secrets, String name, String token, String database)
            throws IOException, InterruptedException {
        HttpResponse<String> present =
                http.send(request(secrets + "/" + name, token).GET().build(), HttpResponse.BodyHandlers.ofString());
        boolean exists = present.statusCode() == 200;
        ObjectNode secret = exists
                ? (ObjectNode) JSON.readTree(present.body())
                : EnvironmentDirectory.newObject().put("apiVersion", "v1").put("kind", "Secret");
        Meta.child(secret, "metadata").put("name", name);
        Meta.annotate(secret, DatabaseRequests.REQUEST, database);
        long next = Math.max(System.currentTimeMillis(), number(secret, DatabaseRequests.ASKED) + 1);
        Meta.annotate(secret, DatabaseRequests.ASKED, Long.toString(next));
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString(secret.toString());
        HttpRequest write = request(exists ? secrets + "/" + name : secrets, token)
                .header("Content-Type", "application/json")
                .method(exists ? "PUT" : "POST", body)
                .build();
        return http.send(write, HttpResponse.BodyHandlers.ofString());
    }

    private static long number(JsonNode secret, String annotation) {
        String value = Meta.annotation(secret, annotation);
        return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
    }

    private void await(HttpClient http, String url, String token, long asked) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + ANSWERED_WITHIN.toNanos();
        JsonNode secret = read(http, url, token);
        while (number(secret, DatabaseRequests.ANSWERED) < asked) {
            if (System.nanoTime() > deadline) {
                throw failure("no answer within " + ANSWERED_WITHIN.toSeconds() + " s");
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
            secret = read(http, url, token);
        }
        String refused = Meta.annotation(secret, DatabaseRequests.FAILURE);
        if (!refused.isEmpty()) {
            throw failure(refused);
        }
    }

    private static JsonNode read(HttpClient http, String url, String token) throws IOException, InterruptedException {
        return JSON.readTree(http.send(request(url, token).GET().build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private static HttpRequest.Builder request(String url, String token) {
        return HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token);
    }

    private static RuntimeException failure(String why) {
        return Problem.of(LocalError.POSTGRESQL, "The local PostgreSQL has no database for this: " + why)
                .remedy("see `relevo local logs`")
                .asException();
    }

    private static SSLContext trusting(String authority) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "local",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(Base64.getDecoder().decode(authority))));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
