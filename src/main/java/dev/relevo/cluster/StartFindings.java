package dev.relevo.cluster;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a container's process is not even started. */
final class StartFindings {
    private static final Pattern OBJECT = Pattern.compile("(configmap|secret) \"([^\"]+)\" not found");
    private static final Pattern KEY = Pattern.compile("couldn't find key (\\S+) in (ConfigMap|Secret) (\\S+)");
    /** What a kubelet, a container runtime or what they ask says when it is busy; the kubelet tries again. */
    private static final Pattern BUSY = Pattern.compile(
            "timed out|deadline exceeded|failed to sync|not registered|is reserved for|connection refused|unavailable",
            Pattern.CASE_INSENSITIVE);

    private StartFindings() {}

    static Finding config(String container, String message) {
        Matcher key = KEY.matcher(message);
        if (key.find()) {
            return new Finding(
                    ClusterError.CONFIG_MISSING,
                    "The " + key.group(2) + " [" + key.group(3) + "] has no key [" + key.group(1)
                            + "], which container [" + container + "] needs",
                    List.of(message),
                    "Add the key, or correct the reference in the container's env.",
                    true);
        }
        Matcher object = OBJECT.matcher(message);
        if (object.find()) {
            return missing(object.group(1), object.group(2), "container [" + container + "]", message);
        }
        if (BUSY.matcher(message).find()) {
            return busy(container, message);
        }
        if (message.contains("runAsNonRoot") || message.contains("non-root policy")) {
            return new Finding(
                    ClusterError.CANNOT_START,
                    "Container [" + container + "] must not run as root, but its "
                            + (message.contains("runAsUser") ? "runAsUser is root's" : "image does"),
                    List.of(message),
                    "Give the image a numeric non-root user (USER 65532), or set securityContext.runAsUser.",
                    true);
        }
        return new Finding(
                ClusterError.CANNOT_START,
                "Container [" + container + "] cannot be configured: " + message.replaceAll(" \\(pod: .*", ""),
                List.of(message),
                "Correct what the message names in the pod template.",
                true);
    }

    static Finding cannotStart(String container, String message) {
        if (message.contains("exec format error")) {
            return new Finding(
                    ClusterError.ARCHITECTURE,
                    "The image of container [" + container + "] is for another processor than the node's",
                    List.of(message),
                    "Build for the node's platform (build.platforms in relevo.yaml).",
                    true);
        }
        if (BUSY.matcher(message).find()) {
            return busy(container, message);
        }
        boolean noCommand =
                message.contains("executable file not found") || message.contains("no such file or directory");
        return new Finding(
                ClusterError.CANNOT_START,
                "Container [" + container + "] cannot be started: "
                        + (noCommand ? "its command is not in the image" : last(message)),
                List.of(message),
                noCommand
                        ? "Correct command and args in the manifests, or the image's entry point."
                        : "Correct what the message names in the pod template or the image.",
                true);
    }

    private static Finding busy(String container, String message) {
        return new Finding(
                ClusterError.NODE,
                "The node has not prepared container [" + container + "] yet: " + message.replaceAll(" \\(pod: .*", ""),
                List.of(message),
                "It tries again by itself. If that goes on, look at its load and its container runtime: kubectl describe"
                        + " node.",
                false);
    }

    static Finding missing(String kind, String name, String neededBy, String message) {
        return new Finding(
                ClusterError.CONFIG_MISSING,
                "The " + (kind.equals("secret") ? "Secret" : "ConfigMap") + " [" + name + "], which " + neededBy
                        + " needs, is not there",
                List.of(message),
                kind.equals("secret")
                        ? "Create the Secret in this namespace, or mark the reference optional."
                        : "Add it to the manifests or to the configmap section of relevo.yaml, or mark the reference"
                                + " optional.",
                true);
    }

    private static String last(String message) {
        String[] parts = message.split(": ", -1);
        return parts[parts.length - 1].strip();
    }
}
