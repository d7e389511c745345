package dev.relevo.local.registry;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/** Content coming in: in one request, in chunks, or taken over from another repository. */
final class UploadRoutes {
    private static final HttpString UPLOAD_ID = new HttpString("Docker-Upload-UUID");

    private final RegistryStore store;

    UploadRoutes(RegistryStore store) {
        this.store = store;
    }

    /** {@code POST /v2/<name>/blobs/uploads/}. */
    void start(HttpServerExchange exchange, RepositoryName repository) throws IOException {
        if (!exchange.getRequestMethod().equals(Methods.POST)) {
            throw RegistryRefusal.unsupported(405, "uploads start with POST");
        }
        String mount = RegistryApi.query(exchange, "mount");
        if (!mount.isEmpty() && mounted(exchange, repository, BlobDigest.parse(mount))) {
            return;
        }
        String id = UUID.randomUUID().toString();
        Path file = Files.createFile(store.uploads().resolve(id));
        String digest = RegistryApi.query(exchange, "digest");
        if (!digest.isEmpty()) {
            append(exchange, file);
            finish(exchange, repository, file, BlobDigest.parse(digest));
        } else {
            accepted(exchange, repository, id, 0);
        }
    }

    private boolean mounted(HttpServerExchange exchange, RepositoryName repository, BlobDigest digest)
            throws IOException {
        String from = RegistryApi.query(exchange, "from");
        Optional<Path> source = from.isEmpty() ? Optional.empty() : store.blob(new RepositoryName(from), digest);
        if (source.isEmpty()) {
            return false;
        }
        store.linkBlob(repository, digest);
        created(exchange, repository, digest);
        return true;
    }

    /** {@code GET}, {@code PATCH}, {@code PUT} and {@code DELETE} of {@code /v2/<name>/blobs/uploads/<id>}. */
    void advance(HttpServerExchange exchange, RepositoryName repository, String id) throws IOException {
        Path file = uploadFile(id);
        HttpString method = exchange.getRequestMethod();
        if (method.equals(Methods.GET)) {
            accepted(exchange, repository, id, Files.size(file));
            exchange.setStatusCode(204);
        } else if (method.equals(Methods.PATCH)) {
            checkRange(exchange, file);
            append(exchange, file);
            accepted(exchange, repository, id, Files.size(file));
        } else if (method.equals(Methods.PUT)) {
            BlobDigest digest = BlobDigest.parse(RegistryApi.query(exchange, "digest"));
            checkRange(exchange, file);
            append(exchange, file);
            finish(exchange, repository, file, digest);
        } else if (method.equals(Methods.DELETE)) {
            Files.deleteIfExists(file);
            exchange.setStatusCode(204);
        } else {
            throw RegistryRefusal.unsupported(405, method + " is nothing to do with an upload");
        }
    }

    private Path uploadFile(String id) {
        try {
            Path file = store.uploads().resolve(UUID.fromString(id).toString());
            if (Files.exists(file)) {
                return file;
            }
        } catch (IllegalArgumentException notAnId) {
            throw RegistryRefusal.uploadUnknown(id);
        }
        throw RegistryRefusal.uploadUnknown(id);
    }

    private static void checkRange(HttpServerExchange exchange, Path file) throws IOException {
        String range = exchange.getRequestHeaders().getFirst(Headers.CONTENT_RANGE);
        if (range == null) {
            return;
        }
        long has = Files.size(file);
        if (!range.matches("(bytes )?[0-9]{1,18}-[0-9]{1,18}(/.*)?")
                || Long.parseLong(range.replaceFirst("^bytes ", "").split("-", -1)[0]) != has) {
            throw new RegistryRefusal(
                    416, "BLOB_UPLOAD_INVALID", "the upload has " + has + " bytes, the chunk says [" + range + "]");
        }
    }

    private static void append(HttpServerExchange exchange, Path file) throws IOException {
        long before = Files.size(file);
        try (InputStream in = exchange.getInputStream();
                OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            in.transferTo(out);
        } catch (IOException e) {
            // A chunk counts whole or not at all, so that a client may send it again.
            try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                channel.truncate(before);
            }
            throw e;
        }
    }

    private void finish(HttpServerExchange exchange, RepositoryName repository, Path file, BlobDigest digest)
            throws IOException {
        BlobDigest actual = BlobDigest.of(file);
        if (!actual.equals(digest)) {
            Files.deleteIfExists(file);
            throw RegistryRefusal.digestInvalid("the content's digest is " + actual + ", not " + digest);
        }
        store.addBlob(repository, digest, file);
        created(exchange, repository, digest);
    }

    private static void created(HttpServerExchange exchange, RepositoryName repository, BlobDigest digest) {
        exchange.setStatusCode(201);
        exchange.getResponseHeaders().put(Headers.LOCATION, "/v2/" + repository + "/blobs/" + digest);
        exchange.getResponseHeaders().put(BlobRoutes.CONTENT_DIGEST, digest.toString());
    }

    private static void accepted(HttpServerExchange exchange, RepositoryName repository, String id, long has) {
        exchange.setStatusCode(202);
        exchange.getResponseHeaders().put(Headers.LOCATION, "/v2/" + repository + "/blobs/uploads/" + id);
        exchange.getResponseHeaders().put(Headers.RANGE, "0-" + Math.max(0, has - 1));
        exchange.getResponseHeaders().put(UPLOAD_ID, id);
    }
}
