package dev.relevo.image;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What an image says about itself, whatever is in it.
 *
 * @param labels all labels
 * @param created when it is said to be made
 * @param platforms {@code os/architecture[/variant]} each, at least one
 * @param environment variables of the process
 * @param ports declared ports
 * @param user numeric user of the process
 */
public record ImageSettings(
        Map<String, String> labels,
        Instant created,
        List<String> platforms,
        Map<String, String> environment,
        List<Integer> ports,
        String user) {
    public ImageSettings {
        labels = Map.copyOf(labels);
        platforms = List.copyOf(platforms);
        environment = Map.copyOf(environment);
        ports = List.copyOf(ports);
        if (platforms.isEmpty()) {
            throw new IllegalArgumentException("An image is for at least one platform");
        }
    }
}
