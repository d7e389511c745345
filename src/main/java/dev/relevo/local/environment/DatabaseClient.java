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
            HttpResponse<String> response = ask(http, secrets, name, token, database);
            if (response.statusCode() >= 300) {
                throw failure(JSON.readTree(response.body()).path("message").asText(response.body()));
            }
            await(http, secrets + "/" + name, token);
        } catch (IOException | GeneralSecurityException e) {
            throw failure("the API server cannot be asked: " + e);
        }
    }

    /** Creates the Secret that asks, or has the one that is there ask. */
    private static HttpResponse<String> ask(HttpClient http, String secrets, String name, String token, String database)
            throws IOException, InterruptedException {
        HttpResponse<String> present =
                http.send(request(secrets + "/" + name, token).GET().build(), HttpResponse.BodyHandlers.ofString());
        boolean exists = present.statusCode() == 200;
        ObjectNode secret = exists
                ? (ObjectNode) JSON.readTree(present.body())
                : EnvironmentDirectory.newObject().put("apiVersion", "v1").put("kind", "Secret");
        Meta.child(secret, "metadata").put("name", name);
        Meta.annotate(secret, DatabaseRequests.REQUEST, database);
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString(secret.toString());
        HttpRequest write = request(exists ? secrets + "/" + name : secrets, token)
                .header("Content-Type", "application/json")
                .method(exists ? "PUT" : "POST", body)
                .build();
        return http.send(write, HttpResponse.BodyHandlers.ofString());
    }

    private void await(HttpClient http, String url, String token) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + ANSWERED_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode secret =
                    JSON.readTree(http.send(request(url, token).GET().build(), HttpResponse.BodyHandlers.ofString())
                            .body());
            String refused = secret.at("/metadata/annotations")
                    .path(DatabaseRequests.FAILURE)
                    .asText("");
            if (!refused.isEmpty()) {
                throw failure(refused);
            }
            if (secret.path("data").has("url")) {
                return;
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        throw failure("no answer within " + ANSWERED_WITHIN.toSeconds() + " s");
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
