package dev.relevo.local.node;

import dev.relevo.local.files.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Images unpacked once per digest. A half unpacked image is never seen: it gets its name only when it is whole. */
final class ImageStore {
    private final Path directory;
    private final ConcurrentHashMap<String, Object> locks = new ConcurrentHashMap<>();

    ImageStore(Path directory) {
        this.directory = directory;
    }

    /** Whether the image is unpacked already. */
    boolean contains(Image image) {
        return Files.isDirectory(place(image));
    }

    private Path place(Image image) {
        return directory.resolve(image.digest().replace(':', '-'));
    }

    /** The directory that holds the image's files, unpacked now if it was not before. */
    Path unpack(Image image) throws IOException {
        synchronized (locks.computeIfAbsent(image.digest(), digest -> new Object())) {
            Path target = place(image);
            if (Files.isDirectory(target)) {
                // The time of the last use, for prune.
                Files.setLastModifiedTime(target, FileTime.from(Instant.now()));
                return target;
            }
            Files.createDirectories(directory);
            Path partial = Files.createDirectory(directory.resolve(".partial-" + UUID.randomUUID()));
            try {
                LayerExtractor extractor = new LayerExtractor(partial);
                for (Image.Layer layer : image.layers()) {
                    extractor.apply(layer);
                }
                Files.setLastModifiedTime(partial, FileTime.from(Instant.now()));
                Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException | RuntimeException e) {
                Directories.delete(partial);
                throw e;
            }
            return target;
        }
    }

    /** Removes images that were not used for the given time, and what an interrupted unpacking left. */
    void prune(Duration unused) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> images;
        try (Stream<Path> children = Files.list(directory)) {
            images = children.toList();
        }
        Instant oldest = Instant.now().minus(unused);
        for (Path image : images) {
            boolean partial = String.valueOf(image.getFileName()).startsWith(".partial-");
            if (partial || Files.getLastModifiedTime(image).toInstant().isBefore(oldest)) {
                Directories.delete(image);
            }
        }
    }

    /**
     * Gives a container a tree of its own: directories of its own, files as hard links to the image's (copies where the
     * file system has no links), so that what one container adds or replaces is not seen by another.
     */
    static void populate(Path imageRoot, Path containerRoot) throws IOException {
        try (Stream<Path> tree = Files.walk(imageRoot)) {
            for (Path source : (Iterable<Path>) tree::iterator) {
                Path target = containerRoot.resolve(imageRoot.relativize(source).toString());
                if (Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectories(target);
                } else if (Files.isSymbolicLink(source)) {
                    Files.createSymbolicLink(target, Files.readSymbolicLink(source));
                } else {
                    link(source, target);
                }
            }
        }
    }

    private static void link(Path source, Path target) throws IOException {
        try {
            Files.createLink(target, source);
        } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
            Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
