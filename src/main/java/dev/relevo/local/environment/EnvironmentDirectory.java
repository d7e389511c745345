package dev.relevo.local.environment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/** The files of an environment's directory that the command line and the background process share. */
record EnvironmentDirectory(Path path) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** {@code $RELEVO_LOCAL_HOME}, else {@code .relevo/local} in the home directory. */
    static Path standard(Map<String, String> env) {
        String home = env.getOrDefault("RELEVO_LOCAL_HOME", "");
        if (!home.isBlank()) {
            return Path.of(home);
        }
        // The virtual machine takes the home directory from the user database, whatever HOME says.
        return Path.of(env.getOrDefault("HOME", System.getProperty("user.home")), ".relevo", "local");
    }

    /** Tells of the running process; there while it runs (or after it died). */
    Path state() {
        return path.resolve("state.json");
    }

    /** What is kept from one run to the next: ports and token. */
    Path settings() {
        return path.resolve("settings.json");
    }

    /** Why the last start failed. */
    Path failure() {
        return path.resolve("failure.json");
    }

    Path log() {
        return path.resolve("daemon.log");
    }

    /** Held by who starts a process, so that two at the same time start one. */
    Path startLock() {
        return path.resolve("start.lock");
    }

    /** Held by the running process. */
    Path runLock() {
        return path.resolve("run.lock");
    }

    void create() {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path);
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    RuntimeException unusable(IOException cause) {
        return Problem.of(
                        LocalError.DIRECTORY_UNUSABLE,
                        "The local environment cannot use its directory [" + path + "]: " + cause)
                .remedy("make it writable, or choose another one with RELEVO_LOCAL_HOME")
                .asException(cause);
    }

    /** Reads one of the files; empty if it is not there, or not whole. */
    static Optional<JsonNode> read(Path file) {
        try {
            return Files.exists(file) ? Optional.of(JSON.readTree(Files.readString(file))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static ObjectNode newObject() {
        return JSON.createObjectNode();
    }

    /** Writes one of the files whole or not at all, readable by its owner alone. */
    static void write(Path file, ObjectNode content) throws IOException {
        Path fresh = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                ".write",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, content.toPrettyString() + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
