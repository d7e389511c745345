package dev.relevo.project;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * One hash over the names and contents of a project's files, without what tools leave behind. Where it is the same, a build
 * would see the same sources.
 */
public final class SourceFingerprint {
    private static final Set<String> NEVER_SOURCES =
            Set.of(".git", ".relevo", ".gradle", ".idea", ".vscode", "node_modules", "__pycache__", ".venv", ".engine");

    private SourceFingerprint() {}

    /** The fingerprint of all files below the folder, 64 hexadecimal digits. */
    public static String of(Path folder) throws IOException {
        List<Path> files = files(folder);
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        for (Path file : files) {
            String name = folder.relativize(file).toString().replace('\\', '/');
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            if (Files.isSymbolicLink(file)) {
                digest.update(Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8));
            } else {
                digest.update((byte) (Files.isExecutable(file) ? 1 : 0));
                try (InputStream in = Files.newInputStream(file)) {
                    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                        digest.update(buffer, 0, read);
                    }
                }
            }
            digest.update((byte) 0);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return !directory.equals(folder) && isLeftBehind(directory)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return files;
    }

    /** {@code target} and {@code build} are outputs only beside the file that makes them so; a package may be named so, too. */
    private static boolean isLeftBehind(Path directory) {
        String name = String.valueOf(directory.getFileName());
        return NEVER_SOURCES.contains(name)
                || (name.equals("target") && Files.exists(directory.resolveSibling("pom.xml")))
                || (name.equals("build") && isGradleProject(directory.resolveSibling("build.gradle")));
    }

    private static boolean isGradleProject(Path buildFile) {
        return Files.exists(buildFile) || Files.exists(buildFile.resolveSibling("build.gradle.kts"));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
