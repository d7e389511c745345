package dev.relevo.local.node;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images made by tests. */
public final class TestImages implements ImageSource {
    private final Map<String, Image> images = new ConcurrentHashMap<>();

    @Override
    public Optional<Image> resolve(String reference) {
        return Optional.ofNullable(images.get(reference));
    }

    public void add(String reference, Image image) {
        images.put(reference, image);
    }

    /** An image without a base whose process is {@link SampleServer}. */
    public static Image sampleServer(String version) {
        List<byte[]> layers = new ArrayList<>();
        layers.add(layer(classFiles()));
        return image(
                new ImageConfig(
                        List.of(
                                "java",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx32m",
                                "-cp",
                                "/app/resources:/app/classes",
                                SampleServer.class.getName()),
                        List.of(),
                        Map.of("VERSION", version),
                        "/app"),
                layers);
    }

    private static Map<String, byte[]> classFiles() {
        String path = SampleServer.class.getName().replace('.', '/') + ".class";
        try (InputStream bytes = SampleServer.class.getClassLoader().getResourceAsStream(path)) {
            return Map.of("app/classes/" + path, bytes == null ? new byte[0] : bytes.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Image image(ImageConfig config, List<byte[]> layers) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(config.toString().getBytes(StandardCharsets.UTF_8));
            layers.forEach(digest::update);
            return new Image(
                    "sha256:" + HexFormat.of().formatHex(digest.digest()),
                    config,
                    layers.stream()
                            .map(bytes -> (Image.Layer) () -> new ByteArrayInputStream(bytes))
                            .toList());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A gzipped layer of plain files. */
    public static byte[] layer(Map<String, byte[]> files) {
        List<TarArchiveEntry> entries = new ArrayList<>();
        files.forEach((name, bytes) -> {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(bytes.length);
            entries.add(entry);
        });
        return layer(entries, files);
    }

    /** A gzipped layer of any entries. */
    public static byte[] layer(List<TarArchiveEntry> entries, Map<String, byte[]> contents) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (TarArchiveEntry entry : entries) {
                tar.putArchiveEntry(entry);
                byte[] content = contents.get(entry.getName());
                if (content != null && entry.getSize() > 0) {
                    tar.write(content);
                }
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
