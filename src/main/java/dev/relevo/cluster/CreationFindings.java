package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a controller cannot even create pods: quota, limit range, admission, a missing service account. */
final class CreationFindings {
    private static final Pattern QUOTA =
            Pattern.compile("exceeded quota: ([^,]+), requested: (.+), used: (.+), limited: (.+)", Pattern.DOTALL);
    private static final Pattern WEBHOOK =
            Pattern.compile("admission webhook \"([^\"]+)\" denied the request:? ?(.*)", Pattern.DOTALL);
    private static final Pattern POLICY =
            Pattern.compile("ValidatingAdmissionPolicy '([^']+)'.* denied request: (.*)", Pattern.DOTALL);
    private static final Pattern POD_SECURITY =
            Pattern.compile("violates PodSecurity \"([^\"]+)\": (.*)", Pattern.DOTALL);
    private static final Pattern ACCOUNT = Pattern.compile("serviceaccount \"([^\"]+)\" not found");

    private CreationFindings() {}

    static List<Finding> of(Diagnosis.Evidence evidence) {
        Map<String, Finding> found = new LinkedHashMap<>();
        for (KubeObject set : evidence.replicaSets()) {
            if (set.at("/spec/replicas").asInt(0) <= set.at("/status/replicas").asInt(0)) {
                continue;
            }
            JsonNode failure = Owned.condition(set, "ReplicaFailure");
            Optional<String> message = failure.path("status").asText().equals("True")
                    ? Optional.of(failure.path("message").asText())
                    : Optional.empty();
            message.map(text -> classify(text, evidence.makingRoom(), "ReplicaSet " + set.name()))
                    .ifPresent(finding -> found.putIfAbsent(finding.cause(), finding));
        }
        evidence.workload()
                .filter(workload -> !workload.kind().name().equals("Deployment"))
                .ifPresent(workload -> evidence.eventsOf(workload).stream()
                        .filter(event -> event.at("/reason").asText().equals("FailedCreate"))
                        .map(event -> classify(
                                event.at("/message").asText(),
                                evidence.makingRoom(),
                                workload.kind().name() + " " + workload.name()))
                        .forEach(finding -> found.putIfAbsent(finding.cause(), finding)));
        return new ArrayList<>(found.values());
    }

    private static Finding classify(String message, boolean makingRoom, String by) {
        List<String> evidence = List.of(message, "Reported by " + by);
        Matcher quota = QUOTA.matcher(message);
        if (quota.find()) {
            return new Finding(
                    ClusterError.QUOTA,
                    "The quota [" + quota.group(1) + "] is used up: " + quota.group(2) + " requested, " + quota.group(3)
                            + " of " + quota.group(4) + " used",
                    evidence,
                    "Raise the quota, ask for less in the pod's resources, or free some; a rolling update needs room for its"
                            + " surge.",
                    !makingRoom);
        }
        if (message.contains("failed quota:")) {
            return new Finding(
                    ClusterError.QUOTA,
                    "A quota demands resources that the pod does not state: " + after(message, "failed quota:"),
                    evidence,
                    "State the named requests and limits in the container's resources.",
                    true);
        }
        if (message.matches("(?s).*(maximum|minimum) \\S+ usage per (Container|Pod).*")
                || message.contains("limit to request ratio")) {
            return new Finding(
                    ClusterError.LIMIT_RANGE,
                    "A limit range forbids the pod's resources: " + after(message, "is forbidden:"),
                    evidence,
                    "Set the container's resources within the namespace's LimitRange"
                            + " (`kubectl describe limitrange`).",
                    true);
        }
        Matcher webhook = WEBHOOK.matcher(message);
        if (webhook.find()) {
            return denied("the webhook [" + webhook.group(1) + "]", webhook.group(2), evidence);
        }
        Matcher policy = POLICY.matcher(message);
        if (policy.find()) {
            return denied("the policy [" + policy.group(1) + "]", policy.group(2), evidence);
        }
        Matcher security = POD_SECURITY.matcher(message);
        if (security.find()) {
            return denied("the pod security level [" + security.group(1) + "]", security.group(2), evidence);
        }
        Matcher account = ACCOUNT.matcher(message);
        if (account.find()) {
            return new Finding(
                    ClusterError.CONFIG_MISSING,
                    "The ServiceAccount [" + account.group(1) + "] is not there",
                    evidence,
                    "Add it to the manifests, or correct serviceAccountName.",
                    true);
        }
        return new Finding(
                ClusterError.ADMISSION,
                "Pods cannot be created: " + message,
                evidence,
                "Look at the message; the pod template asks for something that this cluster refuses.",
                message.contains("is invalid") || message.contains("is forbidden"));
    }

    private static Finding denied(String by, String why, List<String> evidence) {
        return new Finding(
                ClusterError.ADMISSION,
                "Pods are denied by " + by + (why.isBlank() ? "" : ": " + why.strip()),
                evidence,
                "Change the pod template so that it meets the rule, or have the rule changed.",
                true);
    }

    private static String after(String message, String marker) {
        int at = message.indexOf(marker);
        return at < 0 ? message : message.substring(at + marker.length()).strip();
    }
}
