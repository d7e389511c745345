package dev.relevo.local.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.local.api.ApiServer;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.controller.Controllers;
import dev.relevo.local.controller.EventRecorder;
import dev.relevo.local.controller.Workers;
import dev.relevo.local.store.ObjectStore;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The cluster under test, spoken to in plain HTTP, with a namespace of its own that goes with it. */
final class TestCluster implements AutoCloseable {
    static final String GIVEN = "RELEVO_CONFORMANCE_KUBECONFIG";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final Path kubeconfig;
    private final Config config;
    private final HttpClient http;
    private final AutoCloseable server;
    private final boolean given;
    private final String namespace =
            "conformance-" + UUID.randomUUID().toString().substring(0, 8);

    private TestCluster(Path kubeconfig, AutoCloseable server, boolean given) throws IOException {
        this.kubeconfig = kubeconfig;
        this.config = Config.fromKubeconfig(Files.readString(kubeconfig));
        this.server = server;
        this.given = given;
        try {
            this.http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(SSLUtils.sslContext(config))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** The given cluster, or a local server that lives as long as this. */
    static TestCluster open() throws IOException {
        return open(false);
    }

    /** The same with the controllers of Kubernetes, which a given cluster has anyway. */
    static TestCluster openWithControllers() throws IOException {
        return open(true);
    }

    private static TestCluster open(boolean controllers) throws IOException {
        Optional<String> kubeconfig = Optional.ofNullable(System.getenv(GIVEN)).filter(path -> !path.isEmpty());
        TestCluster cluster = kubeconfig.isPresent()
                ? new TestCluster(Path.of(kubeconfig.get()), () -> {}, true)
                : local(controllers);
        cluster.post("/api/v1/namespaces", "{metadata: {name: " + cluster.namespace + "}}")
                .ok();
        return cluster;
    }

    private static TestCluster local(boolean controllers) throws IOException {
        Path directory = Files.createTempDirectory("api-server");
        ObjectStore store = KubernetesStore.open(directory.resolve("store"));
        ApiServer server =
                ApiServer.start(store, new ApiServer.Options(0, "secret", directory.resolve("pki"), Optional.empty()));
        Path kubeconfig = directory.resolve("kubeconfig");
        server.kubeconfig("local").write(kubeconfig);
        Workers workers = new Workers();
        Controllers running = new Controllers(store, workers, new EventRecorder(store));
        if (controllers) {
            running.start();
        }
        return new TestCluster(
                kubeconfig,
                () -> {
                    running.close();
                    workers.close();
                    server.close();
                    store.close();
                    try (Stream<Path> files = Files.walk(directory)) {
                        files.sorted(Comparator.reverseOrder())
                                .forEach(file -> file.toFile().delete());
                    }
                },
                false);
    }

    /** The file with which kubectl reaches it. */
    Path kubeconfig() {
        return kubeconfig;
    }

    /** Whether it was given from outside: such a cluster has controllers. */
    boolean isGiven() {
        return given;
    }

    String namespace() {
        return namespace;
    }

    /** Which of two texts holds here: minors of Kubernetes word some things anew. The local server is a 1.34. */
    String before(int minor, String text, String since) {
        String served = get("/version").ok().text("/minor").replaceAll("[^0-9]", "");
        return Integer.parseInt(served) < minor ? text : since;
    }

    /** The collection of a resource in the namespace of the test, e.g. {@code apps/v1}, {@code deployments}. */
    String path(String apiVersion, String plural) {
        return root(apiVersion) + "/namespaces/" + namespace + "/" + plural;
    }

    static String root(String apiVersion) {
        return apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/" + apiVersion;
    }

    Answer get(String path) {
        return send("GET", path, "", "", "application/json");
    }

    Answer getAs(String path, String accept) {
        return send("GET", path, "", "", accept);
    }

    /** Sends an object, which is written in YAML for brevity and sent as JSON. */
    Answer post(String path, String yaml) {
        return send("POST", path, json(yaml), "application/json", "application/json");
    }

    Answer put(String path, JsonNode object) {
        return send("PUT", path, object.toString(), "application/json", "application/json");
    }

    /** A patch of the kind {@code json}, {@code merge} or {@code strategic-merge}. */
    Answer patch(String kind, String path, String yaml) {
        return send("PATCH", path, json(yaml), "application/" + kind + "-patch+json", "application/json");
    }

    /** A server-side apply by a manager. */
    Answer apply(String path, String manager, String yaml) {
        return apply(path, "fieldManager=" + manager, yaml, false);
    }

    Answer applyForced(String path, String manager, String yaml) {
        return apply(path, "fieldManager=" + manager, yaml, true);
    }

    private Answer apply(String path, String query, String yaml, boolean force) {
        return send(
                "PATCH",
                path + "?" + query + (force ? "&force=true" : ""),
                yaml,
                "application/apply-patch+yaml",
                "application/json");
    }

    Answer delete(String path) {
        return send("DELETE", path, "", "", "application/json");
    }

    Answer delete(String path, String yamlOptions) {
        return send("DELETE", path, json(yamlOptions), "application/json", "application/json");
    }

    Answer send(String method, String path, String body, String contentType, String accept) {
        HttpRequest.Builder request = request(path)
                .header("Accept", accept)
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        HttpResponse<String> response = exchange(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), tree(response.body()), response.headers());
    }

    /** A GET without the credentials of the cluster's user. */
    Answer sendAs(String token, String path) {
        return sendAs(token, "GET", path, "");
    }

    /** A request without the credentials of the cluster's user; a PATCH is a server-side apply. */
    Answer sendAs(String token, String method, String path, String yaml) {
        try {
            Config other = Config.empty();
            other.setCaCertData(config.getCaCertData());
            HttpClient anonymous = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(SSLUtils.sslContext(other))
                    .build();
            String type = method.equals("PATCH") ? "application/apply-patch+yaml" : "application/json";
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                    .header("Content-Type", type)
                    .timeout(Duration.ofSeconds(60))
                    .method(
                            method,
                            yaml.isEmpty()
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(json(yaml)));
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            HttpResponse<String> response = anonymous.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), tree(response.body()), response.headers());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How a GET is compressed when the client asks for gzip. */
    String contentEncoding(String path) {
        HttpRequest request = request(path).header("Accept-Encoding", "gzip").build();
        return exchange(request, HttpResponse.BodyHandlers.discarding())
                .headers()
                .firstValue("Content-Encoding")
                .orElse("");
    }

    /** Opens a watch; the caller closes it. */
    EventStream watch(String pathAndQuery) {
        return new EventStream(exchange(request(pathAndQuery).build(), HttpResponse.BodyHandlers.ofInputStream()));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).header("User-Agent", "conformance/1");
        String token = config.getAutoOAuthToken();
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private URI uri(String path) {
        String master = config.getMasterUrl();
        String base = master.endsWith("/") ? master.substring(0, master.length() - 1) : master;
        return URI.create(base + path);
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new IllegalStateException(request + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) YAML.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static String json(String text) {
        try {
            return YAML.readTree(text).toString();
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static JsonNode tree(String text) {
        try {
            return text.startsWith("{") ? JSON.readTree(text) : MissingNode.getInstance();
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() throws Exception {
        delete("/api/v1/namespaces/" + namespace);
        server.close();
    }
}
