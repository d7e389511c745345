package dev.relevo.local.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/**
 * What a client needs to reach the server.
 *
 * @param name of the cluster, the user and the context
 * @param server its address
 * @param authorityPem the certificate to trust
 * @param token the bearer token
 */
public record Kubeconfig(String name, String server, String authorityPem, String token) {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** The file's text. */
    public String toYaml() {
        ObjectNode config = YAML.createObjectNode();
        config.put("apiVersion", "v1").put("kind", "Config").put("current-context", name);
        config.putArray("clusters")
                .addObject()
                .put("name", name)
                .putObject("cluster")
                .put("server", server)
                .put(
                        "certificate-authority-data",
                        Base64.getEncoder().encodeToString(authorityPem.getBytes(StandardCharsets.UTF_8)));
        config.putArray("users").addObject().put("name", name).putObject("user").put("token", token);
        config.putArray("contexts")
                .addObject()
                .put("name", name)
                .putObject("context")
                .put("cluster", name)
                .put("user", name)
                .put("namespace", "default");
        try {
            return YAML.writeValueAsString(config);
        } catch (IOException e) {
            throw new IllegalStateException("A tree of texts can always be written", e);
        }
    }

    /** Writes the file whole or not at all, readable by its owner alone. */
    public void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Path fresh = Files.createTempFile(
                directory,
                "kubeconfig",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, toYaml());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public String toString() {
        return "Kubeconfig[" + name + " " + server + "]";
    }
}
