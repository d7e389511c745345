package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.controller.Meta;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the runs of one container, as its status tells it: how many there were, how the last two ended, from
 * which image. Not safe for several threads at once: {@link ContainerUnit} guards it.
 */
final class ContainerHistory {
    private int restarts;
    private String image = "";
    private String imageId = "";
    private String containerId = "";
    private @Nullable ObjectNode beforeLast;
    private @Nullable ObjectNode ended;

    /** Goes on from what a container's status said before this node was started; what ran then was killed with the node. */
    void restore(JsonNode status) {
        restarts = status.path("restartCount").asInt();
        JsonNode state = status.path("state");
        if (state.path("terminated") instanceof ObjectNode before) {
            ended = before.deepCopy();
            containerId = status.path("containerID").asText();
        } else if (state.has("running")) {
            end(
                    137,
                    "Error",
                    "",
                    Meta.time(state.path("running").path("startedAt")).orElse(Instant.now()));
            containerId = status.path("containerID").asText();
        } else if (status.path("lastState").path("terminated") instanceof ObjectNode before) {
            beforeLast = before.deepCopy();
        }
        image = status.path("image").asText("");
        imageId = status.path("imageID").asText("");
    }

    int restarts() {
        return restarts;
    }

    /** The number of the run that begins next, from 0. */
    int nextRun() {
        return ended == null ? restarts : restarts + 1;
    }

    /** Whether the last run is over; false before the first. */
    boolean hasEnded() {
        return ended != null;
    }

    /** How the last run ended, if it has. */
    Optional<Integer> exitCode() {
        return Optional.ofNullable(ended).map(state -> state.path("exitCode").asInt());
    }

    /** When the last run ended, if it has. */
    Optional<Instant> finishedAt() {
        return Optional.ofNullable(ended).flatMap(state -> Meta.time(state.path("finishedAt")));
    }

    /**
     * From now on the container runs from this image.
     *
     * @param id the image with its digest
     */
    void from(String name, String id) {
        image = name;
        imageId = id;
    }

    /**
     * A run begins.
     *
     * @return whether it is a restart
     */
    boolean begin() {
        boolean restart = ended != null;
        if (restart) {
            restarts++;
            beforeLast = ended;
        }
        ended = null;
        containerId = "relevo://" + UUID.randomUUID().toString().replace("-", "");
        return restart;
    }

    /**
     * The run is over.
     *
     * @param message more about it; may be empty
     */
    void end(int code, String reason, String message, Instant startedAt) {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("exitCode", code).put("reason", reason);
        if (!message.isEmpty()) {
            state.put("message", message);
        }
        state.put("startedAt", Meta.stamp(startedAt)).put("finishedAt", Meta.now());
        if (!containerId.isEmpty()) {
            state.put("containerID", containerId);
        }
        ended = state;
    }

    /** The status of a container that runs. */
    ObjectNode running(Instant startedAt) {
        ObjectNode running = JsonNodeFactory.instance.objectNode();
        running.putObject("running").put("startedAt", Meta.stamp(startedAt));
        return status(running, beforeLast);
    }

    /**
     * The status of a container that waits to run, or to run again.
     *
     * @param message more about it; may be empty
     */
    ObjectNode waiting(String reason, String message) {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        ObjectNode waiting = state.putObject("waiting").put("reason", reason);
        if (!message.isEmpty()) {
            waiting.put("message", message);
        }
        return status(state, ended == null ? beforeLast : ended);
    }

    /** The status of a container that has ended and stays so. */
    ObjectNode terminated() {
        return status(wrapped(ended), beforeLast);
    }

    private ObjectNode status(ObjectNode state, @Nullable ObjectNode lastTermination) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.set("state", state);
        status.set("lastState", wrapped(lastTermination));
        status.put("restartCount", restarts).put("image", image).put("imageID", imageId);
        if (!containerId.isEmpty()) {
            status.put("containerID", containerId);
        }
        return status;
    }

    private static ObjectNode wrapped(@Nullable ObjectNode termination) {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        if (termination != null) {
            state.set("terminated", termination.deepCopy());
        }
        return state;
    }
}
