package dev.relevo.local.registry;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.Optional;

/** Manifests and indexes by tag or digest. */
final class ManifestRoutes {
    /** The specification asks for at least this much; nothing real is larger. */
    private static final int LARGEST = 4 * 1024 * 1024;

    private static final HttpString SUBJECT = new HttpString("OCI-Subject");

    private final RegistryStore store;

    ManifestRoutes(RegistryStore store) {
        this.store = store;
    }

    /** {@code GET}, {@code HEAD}, {@code PUT} and {@code DELETE} of {@code /v2/<name>/manifests/<tag or digest>}. */
    void handle(HttpServerExchange exchange, RepositoryName repository, String reference) throws IOException {
        HttpString method = exchange.getRequestMethod();
        if (method.equals(Methods.PUT)) {
            put(exchange, repository, reference);
        } else if (method.equals(Methods.GET) || method.equals(Methods.HEAD)) {
            get(exchange, repository, reference, method.equals(Methods.HEAD));
        } else if (method.equals(Methods.DELETE)) {
            delete(exchange, repository, reference);
        } else {
            throw RegistryRefusal.unsupported(405, method + " is nothing to do with a manifest");
        }
    }

    private void get(HttpServerExchange exchange, RepositoryName repository, String reference, boolean headOnly)
            throws IOException {
        Optional<BlobDigest> digest = BlobDigest.looksLikeOne(reference)
                ? Optional.of(BlobDigest.parse(reference))
                : store.tag(repository, reference);
        RegistryStore.StoredManifest manifest = (digest.isPresent()
                        ? store.manifest(repository, digest.get())
                        : Optional.<RegistryStore.StoredManifest>empty())
                .orElseThrow(() -> RegistryRefusal.manifestUnknown(reference));
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, manifest.mediaType());
        exchange.getResponseHeaders()
                .put(BlobRoutes.CONTENT_DIGEST, manifest.digest().toString());
        exchange.setResponseContentLength(manifest.content().length);
        if (!headOnly) {
            exchange.getOutputStream().write(manifest.content());
        }
    }

    private void put(HttpServerExchange exchange, RepositoryName repository, String reference) throws IOException {
        byte[] content = exchange.getInputStream().readNBytes(LARGEST + 1);
        if (content.length > LARGEST) {
            throw new RegistryRefusal(413, "MANIFEST_INVALID", "a manifest has at most " + LARGEST + " bytes");
        }
        String sentAs = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
        String mediaType = sentAs == null ? "application/vnd.oci.image.manifest.v1+json" : sentAs;
        BlobDigest actual = BlobDigest.of(content);
        boolean byDigest = reference.contains(":");
        if (byDigest && !BlobDigest.parse(reference).equals(actual)) {
            throw RegistryRefusal.digestInvalid("the manifest's digest is " + actual + ", not " + reference);
        }
        ManifestReferences references = ManifestReferences.read(content, mediaType);
        requireReferenced(repository, references);
        BlobDigest digest = store.addManifest(repository, mediaType, content);
        if (!byDigest) {
            store.setTag(repository, reference, digest);
        }
        if (references.subject().isPresent()) {
            BlobDigest subject = references.subject().get();
            store.addReferrer(repository, subject, digest);
            exchange.getResponseHeaders().put(SUBJECT, subject.toString());
        }
        exchange.setStatusCode(201);
        exchange.getResponseHeaders().put(Headers.LOCATION, "/v2/" + repository + "/manifests/" + digest);
        exchange.getResponseHeaders().put(BlobRoutes.CONTENT_DIGEST, digest.toString());
    }

    /** A manifest that names missing content could never be pulled, so it is not taken. */
    private void requireReferenced(RepositoryName repository, ManifestReferences references) {
        for (BlobDigest blob : references.blobs()) {
            if (store.blob(repository, blob).isEmpty()) {
                throw new RegistryRefusal(
                        404, "MANIFEST_BLOB_UNKNOWN", "the manifest names blob [" + blob + "], which is not here");
            }
        }
        for (BlobDigest member : references.manifests()) {
            if (!store.hasManifest(repository, member)) {
                throw new RegistryRefusal(
                        404, "MANIFEST_BLOB_UNKNOWN", "the index names manifest [" + member + "], which is not here");
            }
        }
    }

    private void delete(HttpServerExchange exchange, RepositoryName repository, String reference) throws IOException {
        boolean removed = BlobDigest.looksLikeOne(reference)
                ? store.removeManifest(repository, BlobDigest.parse(reference))
                : store.removeTag(repository, reference);
        if (!removed) {
            throw RegistryRefusal.manifestUnknown(reference);
        }
        exchange.setStatusCode(202);
    }
}
