package dev.relevo.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;

/** A kubeconfig with a token in it. Its text is a secret. */
public final class IssuedKubeconfig {
    private final ObjectNode tree;
    private final String server;
    private final Optional<Instant> expires;

    IssuedKubeconfig(ObjectNode tree, String server, Optional<Instant> expires) {
        this.tree = tree;
        this.server = server;
        this.expires = expires;
    }

    /** The API server's URL. */
    public String server() {
        return server;
    }

    /** When the token ends; empty when the server did not say. */
    public Optional<Instant> expires() {
        return expires;
    }

    /** The file's text, the token included. */
    public String text() {
        return yaml(tree);
    }

    /** The text with something else in the place of the token. */
    public String masked(String mask) {
        ObjectNode copy = tree.deepCopy();
        ((ObjectNode) copy.at("/users/0/user")).put("token", mask);
        return yaml(copy);
    }

    /**
     * Writes it to a file that only its owner can read. A file that is there already is replaced as a whole.
     *
     * @throws dev.relevo.report.RelevoException with {@link ClusterError#KUBECONFIG_FILE}
     */
    public void write(Path file) {
        Path absolute = file.toAbsolutePath();
        Path folder = Optional.ofNullable(absolute.getParent()).orElse(absolute);
        try {
            Path whole = Files.createTempFile(folder, "." + file.getFileName(), "", ownerOnly());
            try {
                Files.writeString(whole, text());
                Files.move(whole, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(whole);
            }
        } catch (IOException e) {
            throw Problem.of(ClusterError.KUBECONFIG_FILE, "The kubeconfig cannot be written to [" + file + "]")
                    .detail(e.toString())
                    .remedy("Name a file in a folder that exists and that this user may write.")
                    .asException(e);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static String yaml(JsonNode tree) {
        try {
            return YAMLMapper.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .build()
                    .writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A JSON tree can always be written", e);
        }
    }
}
