package dev.relevo.local.registry;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Content going out, whole or one range of it. */
final class BlobRoutes {
    static final HttpString CONTENT_DIGEST = new HttpString("Docker-Content-Digest");
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    private final RegistryStore store;

    BlobRoutes(RegistryStore store) {
        this.store = store;
    }

    /** {@code GET}, {@code HEAD} and {@code DELETE} of {@code /v2/<name>/blobs/<digest>}. */
    void handle(HttpServerExchange exchange, RepositoryName repository, String reference) throws IOException {
        BlobDigest digest = BlobDigest.parse(reference);
        HttpString method = exchange.getRequestMethod();
        if (method.equals(Methods.DELETE)) {
            if (!store.removeBlob(repository, digest)) {
                throw RegistryRefusal.blobUnknown(reference);
            }
            exchange.setStatusCode(202);
            return;
        }
        if (!method.equals(Methods.GET) && !method.equals(Methods.HEAD)) {
            throw RegistryRefusal.unsupported(405, method + " is nothing to do with a blob");
        }
        Path file = store.blob(repository, digest).orElseThrow(() -> RegistryRefusal.blobUnknown(reference));
        exchange.getResponseHeaders().put(CONTENT_DIGEST, digest.toString());
        exchange.getResponseHeaders().put(Headers.ACCEPT_RANGES, "bytes");
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/octet-stream");
        exchange.getResponseHeaders().put(Headers.ETAG, "\"" + digest + "\"");
        try (FileChannel content = FileChannel.open(file)) {
            send(exchange, content, method.equals(Methods.HEAD));
        }
    }

    private static void send(HttpServerExchange exchange, FileChannel content, boolean headOnly) throws IOException {
        long size = content.size();
        Slice slice = Slice.of(exchange.getRequestHeaders().getFirst(Headers.RANGE), size);
        if (slice.partial()) {
            exchange.setStatusCode(206);
            exchange.getResponseHeaders()
                    .put(Headers.CONTENT_RANGE, "bytes " + slice.from + "-" + slice.last() + "/" + size);
        }
        exchange.setResponseContentLength(slice.length);
        if (headOnly) {
            return;
        }
        OutputStream out = exchange.getOutputStream();
        long position = slice.from;
        long end = slice.from + slice.length;
        while (position < end) {
            position += content.transferTo(position, end - position, Channels.newChannel(out));
        }
    }

    /** The part of some content that a request asks for, in bytes. */
    private record Slice(long from, long length, boolean partial) {
        static Slice of(@Nullable String range, long size) {
            if (range == null) {
                return new Slice(0, size, false);
            }
            Matcher matcher = RANGE.matcher(range);
            if (!matcher.matches() || range.equals("bytes=-")) {
                return new Slice(0, size, false);
            }
            boolean suffix = matcher.group(1).isEmpty();
            long from = suffix ? Math.max(0, size - number(matcher.group(2), 0)) : number(matcher.group(1), 0);
            long last = suffix ? size - 1 : Math.min(size - 1, number(matcher.group(2), size - 1));
            if (from > last) {
                throw new RegistryRefusal(
                        416, "SIZE_INVALID", "[" + range + "] lies outside of the content's " + size + " bytes");
            }
            return new Slice(from, last - from + 1, true);
        }

        private static long number(String text, long otherwise) {
            return text.isEmpty() ? otherwise : Long.parseLong(text);
        }

        long last() {
            return from + length - 1;
        }
    }
}
