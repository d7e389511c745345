package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/**
 * Which image the project becomes.
 *
 * @param repository registry, path and name without tag
 * @param tags tags to push; {version}, {revision}, {branch} and {environment} stand for the project's
 */
public record ImageConfig(
        @JsonPropertyDescription("Registry and path without a tag, e.g. registry.example.com/team/clients.")
        String repository,

        @JsonPropertyDescription("Tags to push. {version}, {revision}, {branch} and {environment} are filled in.")
        List<String> tags) {
    public ImageConfig {
        Checks.that(
                repository.matches(
                        "[A-Za-z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+|[a-z0-9]+([._-]+[a-z0-9]+)*"),
                "image.repository",
                repository,
                "registry and path without a tag, e.g. registry.example.com/team/clients");
        tags = List.copyOf(tags);
    }
}
