package dev.relevo.samples.clients;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Lets root use an unpacked PostgreSQL where it may not make user namespaces, as in most containers: PostgreSQL refuses to run
 * as root, so its programs are replaced by scripts that become the user nobody first.
 */
final class NobodysPostgres {
    private static final int NOBODY = 65534;

    private NobodysPostgres() {}

    /** Prepares every server unpacked in the folder and returns a new data directory that belongs to nobody. */
    static Path prepare(Path unpacked) throws IOException {
        try (Stream<Path> servers = Files.list(unpacked)) {
            for (Path server : servers.filter(entry -> Files.isDirectory(entry.resolve("bin")))
                    .toList()) {
                replacePrograms(server);
            }
        }
        Path data = Files.createTempDirectory(unpacked, "nobodys-");
        Files.setAttribute(data, "unix:uid", NOBODY);
        Files.setAttribute(data, "unix:gid", NOBODY);
        return data;
    }

    private static void replacePrograms(Path server) throws IOException {
        Path programs = server.resolve("programs");
        if (!Files.exists(programs)) {
            copyPrograms(server, programs);
        }
        for (String program : List.of("initdb", "postgres", "pg_ctl")) {
            Path script = Files.createTempFile(server, program, "");
            Files.writeString(
                    script, """
                    #!/bin/sh
                    exec setpriv --reuid=%1$d --regid=%1$d --clear-groups '%2$s' "$@"
                    """.formatted(NOBODY, programs.resolve("bin").resolve(program)));
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(script, server.resolve("bin").resolve(program), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The programs look for the server's other files beside their own folder. */
    private static void copyPrograms(Path server, Path target) throws IOException {
        // Inside the server, where another test run does not take it for one.
        Path copy = Files.createDirectories(server.resolve("copy-" + UUID.randomUUID()));
        Path bin = Files.createDirectory(copy.resolve("bin"));
        try (Stream<Path> files = Files.list(server.resolve("bin"))) {
            for (Path file : files.toList()) {
                Files.copy(file, bin.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        for (String other : List.of("lib", "share")) {
            Files.createSymbolicLink(copy.resolve(other), server.resolve(other));
        }
        try {
            Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another test run may have been faster; its copy is the same. An atomic move says so with no exception of
            // its own.
            if (!Files.isDirectory(target)) {
                throw e;
            }
        }
    }
}
