package dev.relevo.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.relevo.report.Problem;
import io.fabric8.kubernetes.api.model.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One kubeconfig as the client library's model. The library's own reader would load all of its some two thousand classes of
 * Kubernetes objects first, for the sake of {@code extensions}, which mean nothing to a client.
 *
 * @param file where it is
 * @param tree the file's content, with the paths in it made absolute
 */
record KubeConfigFile(Path file, JsonNode tree) {
    /**
     * Reads the file.
     *
     * @throws dev.relevo.report.RelevoException with {@link ClusterError#NO_KUBECONFIG} when it is no kubeconfig
     */
    static KubeConfigFile read(Path file) {
        try {
            return parse(file, Files.readString(file));
        } catch (IOException e) {
            throw unreadable(file, "it cannot be read").asException(e);
        }
    }

    /** The text as if it were that file's content. */
    static KubeConfigFile parse(Path file, String text) {
        try {
            JsonNode tree = new YAMLMapper().readTree(text);
            if (!(tree instanceof ObjectNode whole)) {
                throw unreadable(file, "it holds no YAML mapping").asException();
            }
            resolvePaths(whole, file.toAbsolutePath());
            return new KubeConfigFile(file, whole);
        } catch (JsonProcessingException e) {
            // Only the place: the parser's own message quotes the line, which may hold a token.
            String where = e.getLocation() == null
                    ? "it cannot be read"
                    : "no valid YAML at line " + e.getLocation().getLineNr();
            throw unreadable(file, where).asException(e);
        }
    }

    /** The same for the library. */
    Config model() {
        try {
            return KubeConfigModel.of(tree);
        } catch (IllegalArgumentException e) {
            throw unreadable(file, "a value in it has the wrong type: " + e.getMessage())
                    .asException();
        }
    }

    /** What the file says of a user. */
    Optional<JsonNode> user(String name) {
        for (JsonNode entry : tree.path("users")) {
            if (entry.path("name").asText().equals(name)) {
                return Optional.of(entry.path("user"));
            }
        }
        return Optional.empty();
    }

    private static void resolvePaths(ObjectNode tree, Path file) {
        for (JsonNode entry : tree.path("clusters")) {
            makeAbsolute(entry.path("cluster"), List.of("certificate-authority"), file);
        }
        for (JsonNode entry : tree.path("users")) {
            makeAbsolute(entry.path("user"), List.of("client-certificate", "client-key", "tokenFile"), file);
            JsonNode exec = entry.path("user").path("exec");
            // A bare name is looked for on the PATH.
            if (exec.path("command").asText("").contains("/")) {
                makeAbsolute(exec, List.of("command"), file);
            }
        }
    }

    private static void makeAbsolute(JsonNode part, List<String> keys, Path file) {
        if (part instanceof ObjectNode object) {
            for (String key : keys) {
                String path = object.path(key).asText("");
                if (!path.isEmpty()) {
                    object.put(key, file.resolveSibling(path).normalize().toString());
                }
            }
        }
    }

    private static Problem unreadable(Path file, String why) {
        return Problem.of(ClusterError.NO_KUBECONFIG, "The kubeconfig [" + file + "] is of no use: " + why)
                .remedy("`kubectl config view --kubeconfig " + file + "` must be able to read it.");
    }
}
