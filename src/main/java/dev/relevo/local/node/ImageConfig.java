package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of an OCI image configuration that decides how its process starts.
 *
 * @param entrypoint first part of the command line; may be empty
 * @param cmd default arguments, or the whole command line where there is no entry point
 * @param env environment variables that the image sets
 * @param workingDir absolute path within the image; empty for the root
 */
public record ImageConfig(List<String> entrypoint, List<String> cmd, Map<String, String> env, String workingDir) {
    public ImageConfig {
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        env = Map.copyOf(env);
    }

    /** Reads the configuration blob of an OCI or Docker image. */
    public static ImageConfig of(JsonNode blob) {
        JsonNode config = blob.path("config");
        Map<String, String> env = new LinkedHashMap<>();
        for (JsonNode entry : config.path("Env")) {
            String text = entry.asText();
            int equals = text.indexOf('=');
            if (equals > 0) {
                env.put(text.substring(0, equals), text.substring(equals + 1));
            }
        }
        return new ImageConfig(
                texts(config.path("Entrypoint")),
                texts(config.path("Cmd")),
                env,
                config.path("WorkingDir").asText(""));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
