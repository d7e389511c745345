package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.local.controller.EventRecorder;
import dev.relevo.local.controller.Workers;
import dev.relevo.local.store.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;

/** What all pods of a node share. */
record NodeContext(
        ObjectStore store,
        Workers workers,
        EventRecorder events,
        ImageSource images,
        ImageStore unpacked,
        PodAddresses addresses,
        PodDrain drain,
        NodeOptions options) {

    Path podDirectory(String uid) {
        return options.directory().resolve("pods").resolve(uid);
    }

    Path logDirectory(JsonNode pod) {
        JsonNode metadata = pod.path("metadata");
        return options.directory()
                .resolve("logs")
                .resolve(metadata.path("namespace").asText() + "_"
                        + metadata.path("name").asText() + "_"
                        + metadata.path("uid").asText());
    }

    Path claims() {
        return options.directory().resolve("claims");
    }

    BackOff backOff() {
        return new BackOff(options.backOff(), Duration.ofMinutes(5));
    }
}
