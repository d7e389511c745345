package dev.relevo.image;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Tar files from elsewhere: no entry of one gets outside of the folder that it is unpacked to. */
final class Archive {
    private static final Pattern LAYER =
            Pattern.compile("(.*/)?layer\\.tar|blobs/sha256/[0-9a-f]{64}|.*\\.tar(\\.gz)?");

    private Archive() {}

    /** An entry that would be written outside of the archive's folder. */
    static final class UnsafeEntry extends IOException {
        private static final long serialVersionUID = 1L;

        UnsafeEntry(Path archive, String entry) {
            super("entry [" + entry + "] of " + archive + " leads outside of the archive");
        }
    }

    /**
     * Unpacks the regular files. A link inside of the archive becomes a copy of what it leads to, as old versions of
     * {@code docker save} use it for equal layers.
     *
     * @throws UnsafeEntry when a name or a link leads outside
     */
    static void unpack(Path archive, Path folder) throws IOException {
        Map<Path, Path> links = new LinkedHashMap<>();
        try (InputStream in = plain(new BufferedInputStream(Files.newInputStream(archive)));
                TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = inside(archive, folder, folder, entry.getName());
                if (entry.isSymbolicLink()) {
                    Path parent = target.getParent() == null ? folder : target.getParent();
                    links.put(target, inside(archive, folder, parent, entry.getLinkName()));
                } else if (entry.isLink()) {
                    links.put(target, inside(archive, folder, folder, entry.getLinkName()));
                } else if (entry.isFile()) {
                    createParent(target);
                    Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        for (Map.Entry<Path, Path> link : links.entrySet()) {
            createParent(link.getKey());
            Files.copy(link.getValue(), link.getKey(), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Reads all entries of an image's archive, and those of the layers in it, without writing any.
     *
     * @throws UnsafeEntry when a name or a hard link has {@code ..} in it, or an outer name begins at the root
     */
    static void check(Path archive) throws IOException {
        try (InputStream in = plain(new BufferedInputStream(Files.newInputStream(archive)));
                TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.getName().startsWith("/")) {
                    throw new UnsafeEntry(archive, entry.getName());
                }
                checkEntry(archive, entry);
                if (entry.isFile() && LAYER.matcher(entry.getName()).matches()) {
                    checkLayer(archive, tar);
                }
            }
        }
    }

    private static void checkLayer(Path archive, InputStream content) throws IOException {
        PushbackInputStream peekable = new PushbackInputStream(content, 1);
        int first = peekable.read();
        if (first < 0 || first == '{') {
            return;
        }
        peekable.unread(first);
        TarArchiveInputStream layer = new TarArchiveInputStream(plain(peekable));
        for (TarArchiveEntry entry = layer.getNextEntry(); entry != null; entry = layer.getNextEntry()) {
            checkEntry(archive, entry);
        }
    }

    private static void checkEntry(Path archive, TarArchiveEntry entry) throws UnsafeEntry {
        if (climbs(entry.getName()) || (entry.isLink() && climbs(entry.getLinkName()))) {
            throw new UnsafeEntry(archive, entry.getName());
        }
    }

    /** The stream, decompressed when it is gzip. */
    static InputStream plain(InputStream in) throws IOException {
        PushbackInputStream peekable = new PushbackInputStream(in, 2);
        byte[] magic = peekable.readNBytes(2);
        peekable.unread(magic);
        boolean gzip = magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
        return gzip ? new GZIPInputStream(peekable, 1 << 16) : peekable;
    }

    private static boolean climbs(String name) {
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                return true;
            }
        }
        return false;
    }

    private static Path inside(Path archive, Path folder, Path from, String name) throws UnsafeEntry {
        Path target = from.resolve(name).normalize();
        if (name.startsWith("/") || !target.startsWith(folder.normalize())) {
            throw new UnsafeEntry(archive, name);
        }
        return target;
    }

    private static void createParent(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            try {
                Files.createDirectories(parent);
            } catch (FileAlreadyExistsException e) {
                throw new IOException("[" + parent + "] is a file and a folder in the same archive", e);
            }
        }
    }
}
