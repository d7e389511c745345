package dev.relevo.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/**
 * Writes an image layout beside its final place and moves it there when it is whole. Closed before that, it leaves nothing
 * behind, and what was there before stays.
 */
final class LayoutWriter implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path target;
    private final Path folder;

    LayoutWriter(Path target) throws IOException {
        this.target = target;
        this.folder = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
        Files.createDirectories(blobs());
    }

    private Path blobs() {
        return folder.resolve("blobs").resolve("sha256");
    }

    Path blob(Digest digest) {
        return blobs().resolve(digest.hex());
    }

    /** Stores bytes and describes them. */
    Descriptor add(String mediaType, byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        Files.write(blob(digest), content);
        return new Descriptor(mediaType, digest, content.length);
    }

    /** Stores JSON in its shortest form. */
    Descriptor add(String mediaType, JsonNode json) throws IOException {
        return add(mediaType, bytes(json));
    }

    /** Stores a stream's content as it is. */
    Descriptor add(String mediaType, InputStream content) throws IOException {
        return store(mediaType, content, false);
    }

    /** Stores a stream's content compressed; the gzip header holds neither name nor time, so the same goes in and out. */
    Descriptor addCompressed(String mediaType, InputStream content) throws IOException {
        return store(mediaType, content, true);
    }

    private Descriptor store(String mediaType, InputStream content, boolean compress) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        Path temporary = Files.createTempFile(folder, "blob", "");
        try (OutputStream file = new DigestOutputStream(Files.newOutputStream(temporary), sha256);
                OutputStream out = compress ? new GZIPOutputStream(file, 1 << 16) : file) {
            content.transferTo(out);
        }
        Digest digest = Digest.of(sha256);
        long size = Files.size(temporary);
        Files.move(temporary, blob(digest), StandardCopyOption.REPLACE_EXISTING);
        return new Descriptor(mediaType, digest, size);
    }

    /** Writes an index over several images. */
    Descriptor addIndex(List<Descriptor> members) throws IOException {
        ObjectNode index = JSON.createObjectNode();
        index.put("schemaVersion", 2);
        index.put("mediaType", Descriptor.OCI_INDEX);
        var list = index.putArray("manifests");
        members.forEach(member -> list.add(member.json()));
        return add(Descriptor.OCI_INDEX, index);
    }

    /** Completes the layout with this image as its only one and puts it in the place of the former one. */
    ImageLayout finish(Descriptor root) throws IOException {
        Files.write(
                folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
        ObjectNode index = JSON.createObjectNode();
        index.put("schemaVersion", 2);
        index.put("mediaType", Descriptor.OCI_INDEX);
        index.putArray("manifests").add(root.json());
        Files.write(folder.resolve("index.json"), bytes(index));
        ImageLayout.open(folder);
        Path former = target.resolveSibling(folder.getFileName() + ".former");
        if (Files.exists(target)) {
            Files.move(target, former, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
        Folders.delete(former);
        return ImageLayout.open(target);
    }

    private static byte[] bytes(JsonNode json) throws JsonProcessingException {
        return JSON.writeValueAsBytes(json);
    }

    @Override
    public void close() throws IOException {
        Folders.delete(folder);
    }
}
