package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is wrong with one pod. */
final class PodFindings {
    private static final Set<String> PULL_REASONS = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "ImageInspectError",
            "RegistryUnavailable",
            "SignatureValidationFailed");
    private static final Set<String> START_REASONS = Set.of(
            "CreateContainerError", "RunContainerError", "StartError", "ContainerCannotRun", "PostStartHookError");

    private final KubeObject pod;
    private final List<KubeObject> events;
    private final Diagnosis.Evidence evidence;
    private final LogTail logs;

    PodFindings(KubeObject pod, Diagnosis.Evidence evidence, LogTail logs) {
        this.pod = pod;
        this.events = evidence.eventsOf(pod);
        this.evidence = evidence;
        this.logs = logs;
    }

    List<Finding> all() {
        List<Finding> found = new ArrayList<>();
        if (pod.at("/status/phase").asText().equals("Failed")
                && !pod.at("/status/reason").asText("").isEmpty()) {
            found.add(NodeFindings.failed(pod));
            return found;
        }
        NodeFindings.unschedulable(pod, events, evidence.makingRoom()).ifPresent(found::add);
        NodeFindings.lost(pod, events).ifPresent(found::add);
        pod.at("/status/initContainerStatuses").forEach(status -> container(status, true, found));
        pod.at("/status/containerStatuses").forEach(status -> container(status, false, found));
        if (found.isEmpty() && !Owned.ready(pod)) {
            found.addAll(MountFindings.of(pod, events));
        }
        if (found.isEmpty() && !Owned.ready(pod)) {
            found.addAll(ProbeFindings.of(pod, events));
        }
        return found;
    }

    private void container(JsonNode status, boolean init, List<Finding> found) {
        String reason = status.at("/state/waiting/reason").asText("");
        String message = status.at("/state/waiting/message").asText("");
        String name = status.path("name").asText();
        if (PULL_REASONS.contains(reason)) {
            found.add(ImageFindings.of(name, status, events));
        } else if (reason.equals("CreateContainerConfigError")) {
            found.add(StartFindings.config(name, message));
        } else if (START_REASONS.contains(reason)) {
            found.add(StartFindings.cannotStart(name, message));
        } else {
            new ExitFindings(pod, status, init, events, logs).find().ifPresent(found::add);
        }
    }
}
