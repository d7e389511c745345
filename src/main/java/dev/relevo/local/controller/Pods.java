package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** What controllers ask about pods. */
public final class Pods {
    private Pods() {}

    public static boolean isReady(JsonNode pod) {
        return Conditions.isTrue(pod, "Ready");
    }

    public static boolean isTerminal(JsonNode pod) {
        String phase = pod.path("status").path("phase").asText();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** Neither ended nor being deleted. */
    public static boolean isActive(JsonNode pod) {
        return !isTerminal(pod) && !Meta.isDeleting(pod);
    }

    /** When an unavailable but ready pod becomes available; empty if it is not ready. */
    public static Optional<Instant> availableAt(JsonNode pod, long minReadySeconds) {
        if (!isReady(pod)) {
            return Optional.empty();
        }
        Instant since = Meta.time(Conditions.get(pod, "Ready").path("lastTransitionTime"))
                .orElse(Instant.EPOCH);
        return Optional.of(minReadySeconds == 0 ? Instant.EPOCH : since.plus(Duration.ofSeconds(minReadySeconds)));
    }

    public static boolean isAvailable(JsonNode pod, long minReadySeconds) {
        Instant now = Instant.now();
        return availableAt(pod, minReadySeconds).filter(at -> !at.isAfter(now)).isPresent();
    }

    /** Which pod is deleted first when a ReplicaSet has too many; after {@code ActivePodsWithRanks} of Kubernetes. */
    static Comparator<ObjectNode> deletionOrder() {
        Comparator<ObjectNode> unassignedFirst = Comparator.comparing(
                pod -> !pod.path("spec").path("nodeName").asText("").isEmpty());
        return unassignedFirst
                .thenComparing(Pods::phaseRank)
                .thenComparing(Pods::isReady)
                .thenComparing(Pods::deletionCost)
                .thenComparing(Pods::readySince, Comparator.reverseOrder())
                .thenComparing(Pods::restarts, Comparator.reverseOrder())
                .thenComparing(Meta::created, Comparator.reverseOrder())
                .thenComparing(Meta::name);
    }

    private static int phaseRank(JsonNode pod) {
        return switch (pod.path("status").path("phase").asText("Pending")) {
            case "Running" -> 2;
            case "Unknown" -> 1;
            default -> 0;
        };
    }

    private static int deletionCost(JsonNode pod) {
        String cost = Meta.annotation(pod, "controller.kubernetes.io/pod-deletion-cost");
        return cost.matches("-?[0-9]{1,9}") ? Integer.parseInt(cost) : 0;
    }

    private static Instant readySince(JsonNode pod) {
        return isReady(pod)
                ? Meta.time(Conditions.get(pod, "Ready").path("lastTransitionTime"))
                        .orElse(Instant.EPOCH)
                : Instant.EPOCH;
    }

    private static int restarts(JsonNode pod) {
        int most = 0;
        for (JsonNode status : pod.path("status").path("containerStatuses")) {
            most = Math.max(most, status.path("restartCount").asInt());
        }
        return most;
    }

    /** A pod made from the template of a workload, controlled by it. */
    static ObjectNode fromTemplate(
            JsonNode template, dev.relevo.local.store.ResourceType ownerType, JsonNode owner, String prefix) {
        ObjectNode pod = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata").put("generateName", prefix);
        for (String field : new String[] {"labels", "annotations", "finalizers"}) {
            JsonNode value = template.path("metadata").path(field);
            if (!value.isMissingNode() && !value.isEmpty()) {
                metadata.set(field, value.deepCopy());
            }
        }
        pod.set("spec", template.path("spec").deepCopy());
        Meta.own(pod, ownerType, owner);
        return pod;
    }
}
