package dev.relevo.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Archives of the form that {@code docker save} writes. */
public final class SavedImage {
    private SavedImage() {}

    /** An image of one layer with one file. */
    public static Path write(Path file, String name, String content) {
        byte[] layer = tar(Map.of(name, content.getBytes(StandardCharsets.UTF_8)));
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(
                "config.json",
                utf8("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Labels\":{\"own\":\"yes\"}},"
                        + "\"history\":[{\"created\":\"2026-01-01T00:00:00Z\"}],"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + Digest.of(layer) + "\"]}}"));
        entries.put("abc/layer.tar", layer);
        entries.put(
                "manifest.json",
                utf8("[{\"Config\":\"config.json\",\"RepoTags\":[\"a:b\"],\"Layers\":[\"abc/layer.tar\"]}]"));
        return archive(file, entries);
    }

    /** An archive with these entries; a name that ends in {@code ->} is a symbolic link to its content. */
    public static Path archive(Path file, Map<String, byte[]> entries) {
        try {
            return Files.write(file, tar(entries));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] tar(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream((OutputStream) bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                boolean link = entry.getKey().endsWith("->");
                String name = entry.getKey().replace("->", "");
                TarArchiveEntry header =
                        link ? new TarArchiveEntry(name, TarConstants.LF_SYMLINK) : new TarArchiveEntry(name, true);
                if (link) {
                    header.setLinkName(new String(entry.getValue(), StandardCharsets.UTF_8));
                } else {
                    header.setSize(entry.getValue().length);
                }
                tar.putArchiveEntry(header);
                if (!link) {
                    tar.write(entry.getValue());
                }
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
