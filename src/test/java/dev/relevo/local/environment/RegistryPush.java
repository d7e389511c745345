package dev.relevo.local.environment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.node.Image;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Pushes images into a registry over HTTP, as any client does. */
final class RegistryPush {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final String registry;

    RegistryPush(String registry) {
        this.registry = registry;
    }

    /** Pushes the image under a tag. */
    void push(String repository, String tag, Image image) throws Exception {
        ObjectNode config = JSON.createObjectNode().put("architecture", "amd64").put("os", "linux");
        ObjectNode inner =
                config.putObject("config").put("WorkingDir", image.config().workingDir());
        image.config().entrypoint().forEach(inner.putArray("Entrypoint")::add);
        image.config().env().forEach((name, value) -> inner.withArray("/Env").add(name + "=" + value));
        config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        ObjectNode manifest = JSON.createObjectNode()
                .put("schemaVersion", 2)
                .put("mediaType", "application/vnd.oci.image.manifest.v1+json");
        byte[] bytes = JSON.writeValueAsBytes(config);
        manifest.putObject("config")
                .put("mediaType", "application/vnd.oci.image.config.v1+json")
                .put("digest", blob(repository, bytes))
                .put("size", bytes.length);
        for (Image.Layer layer : image.layers()) {
            try (InputStream stream = layer.open()) {
                byte[] content = stream.readAllBytes();
                manifest.withArray("/layers")
                        .addObject()
                        .put("mediaType", "application/vnd.oci.image.layer.v1.tar+gzip")
                        .put("digest", blob(repository, content))
                        .put("size", content.length);
            }
        }
        send(HttpRequest.newBuilder(uri("/v2/" + repository + "/manifests/" + tag))
                .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(manifest)))
                .build());
    }

    private String blob(String repository, byte[] content) throws Exception {
        String digest = "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        String location = send(HttpRequest.newBuilder(uri("/v2/" + repository + "/blobs/uploads/"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build())
                .headers()
                .firstValue("Location")
                .orElseThrow();
        URI upload = uri("/").resolve(location);
        send(HttpRequest.newBuilder(URI.create(upload + (upload.getQuery() == null ? "?" : "&") + "digest=" + digest))
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
                .build());
        return digest;
    }

    private URI uri(String path) {
        return URI.create("http://" + registry + path);
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(request + " was answered with " + response.statusCode() + ": " + response.body());
        }
        return response;
    }
}
