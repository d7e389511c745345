package dev.relevo.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Volumes that cannot be mounted, and sandboxes that cannot be made. */
final class MountFindings {
    private static final Pattern VOLUME = Pattern.compile("for volume \"([^\"]+)\"");
    private static final Pattern OBJECT = Pattern.compile("(configmap|secret) \"([^\"]+)\" not found");
    private static final Pattern KEY = Pattern.compile("references non-existent (config|secret) key: (\\S+)");
    private static final Pattern CLAIM = Pattern.compile("persistentvolumeclaim \"([^\"]+)\" not found");

    private MountFindings() {}

    static List<Finding> of(KubeObject pod, List<KubeObject> events) {
        Map<String, Finding> found = new LinkedHashMap<>();
        boolean started = pod.at("/status/containerStatuses/0/state/waiting/reason")
                        .asText("ContainerCreating")
                        .equals("ContainerCreating")
                || pod.at("/status/containerStatuses/0/state/waiting/reason")
                        .asText()
                        .equals("PodInitializing");
        if (!started || pod.at("/status/containerStatuses/0/state/running").isObject()) {
            return List.of();
        }
        for (KubeObject event : events) {
            String reason = event.at("/reason").asText();
            String message = event.at("/message").asText();
            if (reason.equals("FailedMount") || reason.equals("FailedAttachVolume")) {
                Finding finding = mount(message);
                found.put(finding.cause(), finding);
            } else if (reason.equals("FailedCreatePodSandBox")) {
                found.put(
                        reason,
                        new Finding(
                                ClusterError.NODE,
                                "The node cannot set up the pod: " + last(message),
                                List.of(message),
                                "Look at the node's network plug-in and container runtime.",
                                false));
            }
        }
        List<Finding> findings = new ArrayList<>(found.values());
        // "Timed out" follows from the others.
        if (findings.size() > 1) {
            findings.removeIf(finding -> finding.evidence().get(0).contains("Unable to attach or mount volumes"));
        }
        return findings;
    }

    private static Finding mount(String message) {
        Matcher named = VOLUME.matcher(message);
        String volume = named.find() ? "the volume [" + named.group(1) + "]" : "a volume";
        Matcher key = KEY.matcher(message);
        if (key.find()) {
            return new Finding(
                    ClusterError.CONFIG_MISSING,
                    "The key [" + key.group(2) + "], which " + volume + " needs, is not in its "
                            + (key.group(1).equals("secret") ? "Secret" : "ConfigMap"),
                    List.of(message),
                    "Add the key, or correct items of the volume.",
                    true);
        }
        Matcher object = OBJECT.matcher(message);
        if (object.find()) {
            return StartFindings.missing(object.group(1), object.group(2), volume, message);
        }
        Matcher claim = CLAIM.matcher(message);
        if (claim.find()) {
            return new Finding(
                    ClusterError.VOLUME,
                    "The PersistentVolumeClaim [" + claim.group(1) + "], which " + volume + " needs, is not there",
                    List.of(message),
                    "Add it to the manifests, or correct claimName.",
                    true);
        }
        return new Finding(
                ClusterError.VOLUME,
                "The pod cannot mount " + volume + ": " + last(message),
                List.of(message),
                "Look at the volume and its claim with `kubectl describe pvc`.",
                false);
    }

    private static String last(String message) {
        String[] parts = message.split(": ", -1);
        return parts[parts.length - 1].strip();
    }
}
