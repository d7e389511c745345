package dev.relevo.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.image.Descriptor;
import dev.relevo.image.Digest;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The requests of the OCI distribution specification 1.1 that a push needs, for one repository. Each may be sent again. */
final class RegistryClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SLOWEST_BYTES_PER_SECOND = 50_000;
    private static final String MANIFEST_TYPES = String.join(
            ",",
            Descriptor.OCI_INDEX,
            Descriptor.OCI_MANIFEST,
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");

    private final URI base;
    private final Repository repository;
    private final Transport transport;
    private final Access access;

    /** @param base scheme, host and port */
    RegistryClient(URI base, Repository repository, Transport transport, Access access) {
        this.base = base;
        this.repository = repository;
        this.transport = transport;
        this.access = access;
    }

    boolean hasBlob(Digest digest) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send(request("/blobs/" + digest).method("HEAD", none()));
        // A registry that keeps its content in object storage answers with the way there.
        if (answer.statusCode() / 100 == 2 || answer.statusCode() / 100 == 3) {
            return true;
        }
        expect(answer, 404);
        return false;
    }

    /**
     * Sends a blob.
     *
     * @param mountFrom a repository of the same registry that may have it
     * @param progress gets the bytes sent so far
     * @return the bytes that went over the wire: 0 when the registry took it from the other repository
     */
    long pushBlob(Descriptor blob, Path file, Optional<String> mountFrom, LongConsumer progress)
            throws IOException, InterruptedException {
        String mount = mountFrom
                .map(from -> "?mount=" + encode(blob.digest().toString()) + "&from=" + encode(from))
                .orElse("");
        HttpResponse<byte[]> started = send(request("/blobs/uploads/" + mount).POST(none()));
        if (started.statusCode() == 201) {
            return 0;
        }
        expect(started, 202);
        URI upload = location(started);
        String separator = upload.getRawQuery() == null ? "?" : "&";
        URI target =
                URI.create(upload + separator + "digest=" + encode(blob.digest().toString()));
        HttpRequest.Builder put = HttpRequest.newBuilder(target)
                .header("Content-Type", "application/octet-stream")
                .timeout(PATIENCE.plusSeconds(blob.size() / SLOWEST_BYTES_PER_SECOND))
                .PUT(new CountedBody(HttpRequest.BodyPublishers.ofFile(file), progress));
        expect(send(put), 201);
        return blob.size();
    }

    /** The digest that a tag or digest leads to; empty when it leads nowhere. */
    Optional<Digest> resolve(String reference) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send(request("/manifests/" + reference)
                .header("Accept", MANIFEST_TYPES)
                .method("HEAD", none()));
        if (answer.statusCode() == 404) {
            return Optional.empty();
        }
        expect(answer, 200);
        Optional<Digest> told =
                answer.headers().firstValue("Docker-Content-Digest").flatMap(RegistryClient::digest);
        if (told.isPresent()) {
            return told;
        }
        HttpResponse<byte[]> whole = send(request("/manifests/" + reference)
                .header("Accept", MANIFEST_TYPES)
                .GET());
        if (whole.statusCode() == 404) {
            return Optional.empty();
        }
        expect(whole, 200);
        return Optional.of(Digest.of(whole.body()));
    }

    /** Puts a manifest under a tag or its digest. */
    void putManifest(String reference, Descriptor manifest, byte[] content) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send(request("/manifests/" + reference)
                .header("Content-Type", manifest.mediaType())
                .PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
        expect(answer, 201);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve("/v2/" + repository.path() + path))
                .timeout(PATIENCE);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        boolean ours = request.build().uri().getAuthority().equals(base.getAuthority());
        HttpResponse<byte[]> answer = null;
        for (int round = 0; round < 3; round++) {
            String authorization = ours ? access.authorization() : "";
            if (!authorization.isEmpty()) {
                request.setHeader("Authorization", authorization);
            }
            answer = transport.send(request.build());
            if (answer.statusCode() != 401 || !ours || !access.answer(answer, authorization)) {
                break;
            }
        }
        if (answer == null) {
            throw new IllegalStateException("At least one round is made");
        }
        int status = answer.statusCode();
        if (status == 408 || status == 429 || status >= 500) {
            throw new RegistryRequest.Healing(answer, "the registry");
        }
        return answer;
    }

    private URI location(HttpResponse<byte[]> answer) throws IOException {
        String location = answer.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IOException("the registry does not say where to send the layer"));
        return answer.uri().resolve(location);
    }

    private void expect(HttpResponse<byte[]> answer, int status) {
        if (answer.statusCode() == status) {
            return;
        }
        String said = said(answer);
        String what = answer.request().method() + " " + answer.uri().getPath() + " was answered " + answer.statusCode();
        RelevoException failure = switch (answer.statusCode()) {
            case 401 -> access.unauthorized(what + said);
            case 403 ->
                Problem.of(
                                RegistryError.FORBIDDEN,
                                "Registry [" + repository.registry() + "] does not let this login write ["
                                        + repository.path() + "]")
                        .detail(what + said)
                        .remedy("Ask for the right to push there, or correct image.repository")
                        .asException();
            default ->
                Problem.of(RegistryError.REFUSED, "Registry [" + repository.registry() + "] refused the image" + said)
                        .detail(what)
                        .remedy("Look into the registry's log; correct image.repository if the name is wrong")
                        .asException();
        };
        throw failure;
    }

    /** The registry's own words, if it used the form that the specification gives them. */
    private static String said(HttpResponse<byte[]> answer) {
        try {
            JsonNode error = JSON.readTree(answer.body()).path("errors").path(0);
            String message = error.path("message").asText(error.path("code").asText());
            return message.isEmpty() ? "" : ": " + message;
        } catch (IOException notJson) {
            return "";
        }
    }

    private static Optional<Digest> digest(String text) {
        try {
            return Optional.of(Digest.parse(text));
        } catch (IllegalArgumentException otherAlgorithm) {
            return Optional.empty();
        }
    }

    private static HttpRequest.BodyPublisher none() {
        return HttpRequest.BodyPublishers.noBody();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
