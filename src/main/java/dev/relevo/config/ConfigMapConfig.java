package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The data that becomes the app's ConfigMap. Without any, there is none.
 *
 * @param name the name that the manifests use; empty for {@code <app>-config}
 * @param files paths of files and folders, each as {@code path} or {@code key=path}
 * @param envFiles files of KEY=value lines
 * @param values keys and their values
 */
public record ConfigMapConfig(
        @JsonPropertyDescription("Name that the manifests refer to; <app>-config without it.")
        Optional<String> name,

        @JsonPropertyDescription("Files and folders, each as path or key=path.")
        List<String> files,

        @JsonPropertyDescription("Files of KEY=value lines.")
        List<String> envFiles,

        @JsonPropertyDescription("Keys and values.") Map<String, String> values) {
    public ConfigMapConfig {
        files = List.copyOf(files);
        envFiles = List.copyOf(envFiles);
        values = Map.copyOf(values);
    }

    /** Whether there is nothing to make a ConfigMap of. */
    public boolean isEmpty() {
        return files.isEmpty() && envFiles.isEmpty() && values.isEmpty();
    }
}
