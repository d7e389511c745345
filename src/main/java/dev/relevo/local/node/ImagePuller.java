package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Fetches the image of one container, with kubelet's events, waiting reasons and back-off. */
final class ImagePuller {
    private final NodeContext node;
    private final BackOff backOff;
    private @Nullable Instant failedAt;
    private String lastFailure = "";

    ImagePuller(NodeContext node) {
        this.node = node;
        this.backOff = node.backOff();
    }

    /**
     * An image that is there.
     *
     * @param image what was found
     * @param root where its files lie
     */
    record Pulled(Image image, Path root) {}

    /**
     * Fetches and unpacks the image.
     *
     * @throws CannotStart with the reason that the container waits for
     */
    Pulled pull(JsonNode pod, JsonNode container) throws CannotStart {
        String reference = container.path("image").asText();
        String field = field(container);
        if (!ImageNames.isValid(reference)) {
            String message = "Failed to apply default image tag \"" + reference + "\": couldn't parse image name \""
                    + reference + "\": invalid reference format";
            event(pod, field, "Warning", "InspectFailed", message);
            event(pod, field, "Warning", "Failed", "Error: InvalidImageName");
            throw new CannotStart("InvalidImageName", message);
        }
        Instant now = Instant.now();
        if (backOffRemaining(now).toMillis() > 0) {
            String message = "Back-off pulling image \"" + reference + "\"";
            event(pod, field, "Normal", "BackOff", message);
            event(pod, field, "Warning", "Failed", "Error: ImagePullBackOff");
            throw new CannotStart("ImagePullBackOff", message + ": ErrImagePull: " + lastFailure);
        }
        return fetch(pod, container, reference, field);
    }

    private Pulled fetch(JsonNode pod, JsonNode container, String reference, String field) throws CannotStart {
        long began = System.nanoTime();
        try {
            Optional<Image> image = node.images().resolve(reference);
            if (image.isEmpty()) {
                throw new IOException(
                        "failed to resolve reference \"" + reference + "\": " + reference + ": not found");
            }
            boolean present = node.unpacked().contains(image.get());
            String policy = container.path("imagePullPolicy").asText("IfNotPresent");
            if (!present && policy.equals("Never")) {
                String message = "Container image \"" + reference + "\" is not present with pull policy of Never";
                event(pod, field, "Warning", "ErrImageNeverPull", message);
                throw new CannotStart("ErrImageNeverPull", message);
            }
            if (!present || policy.equals("Always")) {
                event(pod, field, "Normal", "Pulling", "Pulling image \"" + reference + "\"");
            }
            Path root = node.unpacked().unpack(image.get());
            String took = Duration.ofNanos(System.nanoTime() - began).toMillis() + "ms";
            event(
                    pod,
                    field,
                    "Normal",
                    "Pulled",
                    present && !policy.equals("Always")
                            ? "Container image \"" + reference + "\" already present on machine"
                            : "Successfully pulled image \"" + reference + "\" in " + took + " (" + took
                                    + " including waiting)");
            failedAt = null;
            return new Pulled(image.get(), root);
        } catch (IOException | RuntimeException e) {
            failedAt = Instant.now();
            backOff.repeat(failedAt);
            lastFailure = "failed to pull and unpack image \"" + reference + "\": " + e.getMessage();
            event(pod, field, "Warning", "Failed", "Failed to pull image \"" + reference + "\": " + lastFailure);
            event(pod, field, "Warning", "Failed", "Error: ErrImagePull");
            throw new CannotStart("ErrImagePull", lastFailure);
        }
    }

    /** How long to wait before the next try. */
    Duration backOffRemaining(Instant now) {
        return failedAt == null ? Duration.ZERO : backOff.remaining(failedAt, now);
    }

    private void event(JsonNode pod, String field, String type, String reason, String message) {
        node.events().record("kubelet", pod, field, type, reason, message);
    }

    /** The part of a pod that events about a container name. */
    static String field(JsonNode container) {
        return "spec.containers{" + container.path("name").asText() + "}";
    }
}
