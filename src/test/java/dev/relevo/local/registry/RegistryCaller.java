package dev.relevo.local.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A bare HTTP client of a registry: what it is told goes over the wire as it is. */
final class RegistryCaller {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;

    RegistryCaller(LocalRegistry registry) {
        this.base = "http://" + registry.authority();
    }

    HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : base + path))
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<byte[]> send(String method, String path) {
        return send(method, path, new byte[0]);
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String pushBlob(String repository, byte[] content) {
        String digest = digest(content);
        HttpResponse<byte[]> started = send("POST", "/v2/" + repository + "/blobs/uploads/");
        send("PUT", header(started, "Location") + "?digest=" + digest, content);
        return digest;
    }

    /** Pushes an image with one layer and returns its manifest. */
    byte[] pushImage(String repository, String tag, String layer) {
        String config =
                pushBlob(repository, "{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(StandardCharsets.UTF_8));
        String content = pushBlob(repository, layer.getBytes(StandardCharsets.UTF_8));
        byte[] manifest = manifest(config, content, layer.length());
        send("PUT", "/v2/" + repository + "/manifests/" + tag, manifest, "Content-Type", MANIFEST);
        return manifest;
    }

    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    static byte[] manifest(String config, String layer, int layerSize) {
        return """
                {"schemaVersion":2,"mediaType":"%s",
                "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":39},
                "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}""".formatted(MANIFEST, config, layer, layerSize).getBytes(StandardCharsets.UTF_8);
    }
}
