package dev.relevo.local.node;

import dev.relevo.local.files.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory whose files change all at once, the way kubelet's atomic writer does it: the files lie in a directory with
 * a time in its name, {@code ..data} links to that, and each visible name links through {@code ..data}.
 */
final class AtomicDirectory {
    private static final String DATA = "..data";

    /**
     * A file's content.
     *
     * @param content its bytes
     * @param mode permission bits such as 0644
     */
    record Entry(byte[] content, int mode) {
        boolean sameAs(Path file) throws IOException {
            return Files.isRegularFile(file)
                    && Arrays.equals(Files.readAllBytes(file), content)
                    && Files.getPosixFilePermissions(file).equals(permissions(mode));
        }
    }

    private AtomicDirectory() {}

    /**
     * Makes the directory show exactly these files (relative paths), at once.
     *
     * @return whether anything had to change
     */
    static boolean write(Path directory, Map<String, Entry> files) throws IOException {
        Files.createDirectories(directory);
        Path data = directory.resolve(DATA);
        if (isCurrent(data, files)) {
            return false;
        }
        Path fresh = Files.createDirectory(
                directory.resolve(".." + Instant.now().toString().replace(':', '_')
                        + UUID.randomUUID().toString().substring(0, 8)));
        for (Map.Entry<String, Entry> file : files.entrySet()) {
            Path target = fresh.resolve(file.getKey()).normalize();
            if (!target.startsWith(fresh)) {
                throw new IOException("invalid path [" + file.getKey() + "]: must not contain '..'");
            }
            Files.createDirectories(fresh.resolve(file.getKey()).getParent());
            Files.write(target, file.getValue().content());
            Files.setPosixFilePermissions(target, permissions(file.getValue().mode()));
        }
        Path old = Files.isSymbolicLink(data) ? directory.resolve(Files.readSymbolicLink(data)) : null;
        Path next = directory.resolve("..data_tmp");
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, fresh.getFileName());
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        linkNames(directory, files.keySet());
        if (old != null) {
            Directories.delete(old);
        }
        return true;
    }

    private static boolean isCurrent(Path data, Map<String, Entry> files) throws IOException {
        if (!Files.isDirectory(data)) {
            return false;
        }
        Path real = data.toRealPath();
        Set<String> present = new HashSet<>();
        try (Stream<Path> tree = Files.walk(real)) {
            tree.filter(Files::isRegularFile)
                    .forEach(path -> present.add(real.relativize(path).toString()));
        }
        if (!present.equals(files.keySet())) {
            return false;
        }
        for (Map.Entry<String, Entry> file : files.entrySet()) {
            if (!file.getValue().sameAs(real.resolve(file.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static void linkNames(Path directory, Set<String> names) throws IOException {
        Set<String> visible = new HashSet<>();
        for (String name : names) {
            visible.add(Path.of(name).getName(0).toString());
        }
        for (String name : visible) {
            Path link = directory.resolve(name);
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
        List<Path> present;
        try (Stream<Path> children = Files.list(directory)) {
            present = children.toList();
        }
        for (Path child : present) {
            String name = String.valueOf(child.getFileName());
            if (!name.startsWith("..") && !visible.contains(name) && Files.isSymbolicLink(child)) {
                Files.delete(child);
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int bit = 0; bit < all.length; bit++) {
            if ((mode & (0400 >> bit)) != 0) {
                set.add(all[bit]);
            }
        }
        // The node has to be able to read and replace what it wrote, whoever it runs as.
        set.add(PosixFilePermission.OWNER_READ);
        return set;
    }
}
