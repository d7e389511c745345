package dev.relevo.local.node;

import dev.relevo.local.files.Directories;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Applies layers to a directory, with the whiteouts of the OCI image layer specification. Nothing is ever written
 * outside of the directory: entries with {@code ..}, and entries whose parent is a link that leads out of it, are
 * refused.
 */
final class LayerExtractor {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private final Path root;

    LayerExtractor(Path root) throws IOException {
        this.root = root.toRealPath();
    }

    void apply(Image.Layer layer) throws IOException {
        try (InputStream raw = new BufferedInputStream(layer.open(), 1 << 16);
                InputStream plain = isGzip(raw) ? new GZIPInputStream(raw, 1 << 16) : raw;
                TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                extract(entry, tar);
            }
        }
    }

    private void extract(TarArchiveEntry entry, InputStream content) throws IOException {
        Path target = within(entry.getName());
        if (target.equals(root)) {
            return;
        }
        Path parent = parentOf(target);
        ensureDirectory(parent, entry.getName());
        String name = nameOf(target);
        if (name.equals(OPAQUE)) {
            clear(parent);
        } else if (name.startsWith(WHITEOUT)) {
            Directories.delete(parent.resolve(name.substring(WHITEOUT.length())));
        } else if (entry.isDirectory()) {
            if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                Directories.delete(target);
                Files.createDirectory(target);
            }
        } else if (entry.isSymbolicLink()) {
            Directories.delete(target);
            Files.createSymbolicLink(target, safeLink(target, entry.getLinkName()));
        } else if (entry.isLink()) {
            Path existing = within(entry.getLinkName());
            ensureDirectory(parentOf(existing), entry.getName());
            Directories.delete(target);
            Files.createLink(target, existing);
        } else if (entry.isFile()) {
            Directories.delete(target);
            Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(target, permissions(entry.getMode()));
        }
    }

    private Path within(String name) throws IOException {
        String relative = name;
        while (relative.startsWith("/") || relative.startsWith("./")) {
            relative = relative.substring(relative.startsWith("/") ? 1 : 2);
        }
        for (String part : relative.split("/")) {
            if (part.equals("..")) {
                throw new FileSystemException(
                        name, null, "leads out of the image: a layer entry must not contain [..]");
            }
        }
        return relative.isEmpty() || relative.equals(".")
                ? root
                : root.resolve(relative).normalize();
    }

    /** A parent may be a link of a lower layer ({@code /bin -> usr/bin}); what counts is where it really is. */
    private void ensureDirectory(Path directory, String entry) throws IOException {
        Path path = root;
        for (Path part : root.relativize(directory)) {
            if (part.toString().isEmpty()) {
                continue;
            }
            path = path.resolve(part);
            if (Files.isDirectory(path)) {
                if (!path.toRealPath().startsWith(root)) {
                    throw new FileSystemException(
                            entry, null, "leads out of the image through the link [" + path + "]");
                }
            } else {
                Directories.delete(path);
                Files.createDirectory(path);
            }
        }
    }

    /**
     * Absolute targets are meant from the image's own root, so they are stored relative to it. A relative target that
     * climbs out of the root is refused.
     */
    private Path safeLink(Path link, String target) throws IOException {
        Path parent = parentOf(link);
        Path resolved = target.startsWith("/")
                ? root.resolve(target.substring(1)).normalize()
                : parent.resolve(target).normalize();
        if (!resolved.startsWith(root)) {
            throw new FileSystemException(link.toString(), target, "the link leads out of the image");
        }
        return parent.relativize(resolved);
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> set = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        if ((mode & 0111) != 0) {
            set.add(PosixFilePermission.OWNER_EXECUTE);
            set.add(PosixFilePermission.GROUP_EXECUTE);
            set.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        if ((mode & 0044) != 0) {
            set.add(PosixFilePermission.GROUP_READ);
            set.add(PosixFilePermission.OTHERS_READ);
        }
        return set;
    }

    private static boolean isGzip(InputStream stream) throws IOException {
        stream.mark(2);
        boolean gzip = stream.read() == 0x1f && stream.read() == 0x8b;
        stream.reset();
        return gzip;
    }

    private static void clear(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            for (Path child : children.toList()) {
                Directories.delete(child);
            }
        }
    }

    private Path parentOf(Path path) {
        Path parent = path.getParent();
        return parent == null ? root : parent;
    }

    private static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
