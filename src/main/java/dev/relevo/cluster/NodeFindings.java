package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Findings about nodes: none takes the pod, the pod was thrown out, the node is lost. */
final class NodeFindings {
    private NodeFindings() {}

    static Optional<Finding> unschedulable(KubeObject pod, List<KubeObject> events, boolean makingRoom) {
        JsonNode scheduled = Owned.condition(pod, "PodScheduled");
        if (!scheduled.path("status").asText().equals("False")
                || !scheduled.path("reason").asText().equals("Unschedulable")) {
            return Optional.empty();
        }
        String message = scheduled.path("message").asText();
        // What the scheduler says about preemption is not the cause.
        String arithmetic = message.split(" preemption:", 2)[0].strip();
        boolean scalingUp =
                events.stream().anyMatch(event -> event.at("/reason").asText().equals("TriggeredScaleUp"));
        boolean lasting = message.contains("Insufficient")
                || message.contains("didn't match Pod's node affinity")
                || message.contains("didn't match node selector")
                || message.contains("Too many pods")
                || message.contains("didn't have free ports")
                || (message.contains("untolerated taint") && !message.contains("node.kubernetes.io/"))
                || message.matches("(?s).*persistentvolumeclaim \"[^\"]+\" not found.*");
        List<String> lines = new ArrayList<>();
        lines.add("Scheduler: " + message);
        requests(pod).ifPresent(lines::add);
        if (scalingUp) {
            lines.add("The cluster autoscaler is adding a node");
        }
        return Optional.of(new Finding(
                ClusterError.UNSCHEDULABLE,
                "No node can take the pod: " + arithmetic,
                lines,
                "Lower the pod's requests, free or add nodes, or correct nodeSelector, affinity and tolerations.",
                lasting && !scalingUp && !makingRoom));
    }

    static Finding failed(KubeObject pod) {
        String reason = pod.at("/status/reason").asText();
        String message = pod.at("/status/message").asText("");
        return new Finding(
                ClusterError.NODE,
                "The pod failed on its node [" + pod.at("/spec/nodeName").asText("?") + "]: " + reason
                        + (message.isBlank() ? "" : ": " + message),
                List.of("Phase Failed, reason " + reason),
                reason.equals("Evicted")
                        ? "The node ran out of a resource: set requests that cover what the pod uses."
                        : "Look at the node with `kubectl describe node`.",
                false);
    }

    static Optional<Finding> lost(KubeObject pod, List<KubeObject> events) {
        boolean silent = !Owned.ready(pod)
                && events.stream()
                        .anyMatch(event -> event.at("/reason").asText().equals("NodeNotReady"));
        boolean unknown = pod.at("/status/phase").asText().equals("Unknown")
                || pod.at("/status/reason").asText().equals("NodeLost")
                || silent;
        return unknown
                ? Optional.of(new Finding(
                        ClusterError.NODE,
                        "The node [" + pod.at("/spec/nodeName").asText("?") + "] does not report any more",
                        List.of(silent ? "Event NodeNotReady" : "Pod phase Unknown"),
                        "Look at the node with `kubectl describe node`; the pod is replaced when it is given up.",
                        false))
                : Optional.empty();
    }

    private static Optional<String> requests(KubeObject pod) {
        List<String> asked = new ArrayList<>();
        for (JsonNode container : pod.at("/spec/containers")) {
            JsonNode requests = container.at("/resources/requests");
            if (!requests.isEmpty()) {
                List<String> each = new ArrayList<>();
                requests.properties()
                        .forEach(entry ->
                                each.add(entry.getKey() + " " + entry.getValue().asText()));
                asked.add(container.path("name").asText() + " requests " + String.join(", ", each));
            }
        }
        return asked.isEmpty() ? Optional.empty() : Optional.of("Container " + String.join("; ", asked));
    }
}
