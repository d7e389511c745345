package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Why an image cannot be pulled. The waiting state often says only "back-off"; the reason is in the events then. */
final class ImageFindings {
    private static final int TRIES_BEFORE_GIVING_UP = 3;

    private ImageFindings() {}

    static Finding of(String container, JsonNode status, List<KubeObject> events) {
        String image = status.path("image").asText();
        String reason = status.at("/state/waiting/reason").asText();
        String waiting = status.at("/state/waiting/message").asText("");
        List<String> said = new ArrayList<>();
        int failures = 0;
        for (KubeObject event : events) {
            String message = event.at("/message").asText();
            if (event.at("/reason").asText().equals("Failed") && message.contains("image")) {
                failures += Math.max(1, event.at("/count").asInt(1));
                if (message.startsWith("Failed to pull")) {
                    said.add(message);
                }
            }
        }
        String telling = said.isEmpty() ? waiting : said.get(said.size() - 1);
        String all = (telling + " " + waiting).toLowerCase(Locale.ROOT);
        List<String> evidence = new ArrayList<>();
        evidence.add(CredentialMask.apply(telling.isBlank() ? reason : telling));
        String of = " (container " + container + ")";
        if (reason.equals("InvalidImageName") || all.contains("invalid reference format")) {
            return new Finding(
                    ClusterError.IMAGE_NAME,
                    "The image name [" + image + "] is not valid" + of,
                    evidence,
                    "Correct the image in the manifests or image.repository in relevo.yaml.",
                    true);
        }
        if (all.contains("no match for platform") || all.contains("does not match the specified platform")) {
            return new Finding(
                    ClusterError.ARCHITECTURE,
                    "The image [" + image + "] is not there for the node's processor" + of,
                    evidence,
                    "Build for the node's platform (build.platforms in relevo.yaml).",
                    true);
        }
        if (any(
                all,
                "unauthorized",
                "denied",
                "authentication required",
                "no basic auth",
                "403 forbidden",
                "forbidden")) {
            return new Finding(
                    ClusterError.IMAGE_DENIED,
                    "The node may not pull the image [" + image + "]" + of,
                    evidence,
                    "Give the pods an imagePullSecret for this registry (or the node a role); a repository that does not"
                            + " exist looks the same.",
                    true);
        }
        if (any(
                        all,
                        "not found",
                        "manifest unknown",
                        "manifest_unknown",
                        "name unknown",
                        "name_unknown",
                        "no such image")
                || reason.equals("ErrImageNeverPull")) {
            return new Finding(
                    ClusterError.IMAGE_NOT_FOUND,
                    "The image [" + image + "] is not in the registry" + of,
                    evidence,
                    reason.equals("ErrImageNeverPull")
                            ? "imagePullPolicy is Never and the node has no such image: load it, or allow pulling."
                            : "Push it first (`relevo push`), or correct the reference; the node must use the same registry.",
                    true);
        }
        return new Finding(
                ClusterError.IMAGE_PULL,
                "The image [" + image + "] cannot be pulled" + of,
                evidence,
                "Check that the nodes reach the registry (name, network, certificate).",
                // A network may recover; it is given some tries.
                reason.equals("ImagePullBackOff") && failures >= TRIES_BEFORE_GIVING_UP);
    }

    private static boolean any(String text, String... parts) {
        for (String part : parts) {
            if (text.contains(part)) {
                return true;
            }
        }
        return false;
    }
}
