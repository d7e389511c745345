package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Works out the status of a Deployment; after {@code syncRolloutStatus} of Kubernetes. */
final class DeploymentStatus {
    private static final String PROGRESSING = "Progressing";
    private static final String AVAILABLE_REASON = "NewReplicaSetAvailable";
    private static final String EXCEEDED_REASON = "ProgressDeadlineExceeded";

    private final ObjectNode deployment;
    private final ObjectNode status;
    private final List<ObjectNode> sets;
    private final Optional<ObjectNode> current;

    /**
     * The status to be of a deployment.
     *
     * @param deployment a copy, whose status is changed in place
     */
    DeploymentStatus(ObjectNode deployment, List<ObjectNode> sets, Optional<ObjectNode> current) {
        this.deployment = deployment;
        this.status = Meta.child(deployment, "status");
        this.sets = sets;
        this.current = current;
    }

    /** Writes counts and availability; for a Deployment that is paused or scaled. */
    void write(int observedGeneration) {
        int available = ReplicaSets.sumStatus(sets, "availableReplicas");
        ReplicaSetController.putOrRemove(status, "replicas", ReplicaSets.sumStatus(sets, "replicas"));
        ReplicaSetController.putOrRemove(
                status,
                "updatedReplicas",
                current.map(set -> ReplicaSets.status(set, "replicas")).orElse(0));
        ReplicaSetController.putOrRemove(status, "readyReplicas", ReplicaSets.sumStatus(sets, "readyReplicas"));
        ReplicaSetController.putOrRemove(status, "availableReplicas", available);
        ReplicaSetController.putOrRemove(status, "unavailableReplicas", Math.max(0, ReplicaSets.sum(sets) - available));
        status.put("observedGeneration", observedGeneration);
        RolloutNumbers numbers = RolloutNumbers.of(deployment);
        if (available >= numbers.fewestAvailable()) {
            Conditions.set(
                    status,
                    "Available",
                    "True",
                    "MinimumReplicasAvailable",
                    "Deployment has minimum availability.",
                    true);
        } else {
            Conditions.set(
                    status,
                    "Available",
                    "False",
                    "MinimumReplicasUnavailable",
                    "Deployment does not have minimum availability.",
                    true);
        }
    }

    /** Writes counts and how the rollout progresses. */
    void writeRollout(int observedGeneration) {
        ObjectNode before = status.deepCopy();
        write(observedGeneration);
        JsonNode condition = Conditions.get(deployment, PROGRESSING);
        boolean wasComplete = count(status, "replicas") == count(status, "updatedReplicas")
                && condition.path("reason").asText().equals(AVAILABLE_REASON);
        if (deadline(deployment).isPresent() && !wasComplete) {
            String what = current.map(set -> "ReplicaSet \"" + Meta.name(set) + "\"")
                    .orElse("Deployment \"" + Meta.name(deployment) + "\"");
            if (isComplete(observedGeneration)) {
                set("True", AVAILABLE_REASON, what + " has successfully progressed.");
            } else if (hasProgressed(before)) {
                set("True", "ReplicaSetUpdated", what + " is progressing.");
                touch();
            } else if (isOverdue(condition)) {
                set("False", EXCEEDED_REASON, what + " has timed out progressing.");
            }
        }
        writeFailure();
    }

    private void writeFailure() {
        for (ObjectNode set : sets) {
            JsonNode failure = Conditions.get(set, "ReplicaFailure");
            if (!failure.isMissingNode()) {
                Conditions.set(
                        status,
                        "ReplicaFailure",
                        failure.path("status").asText(),
                        failure.path("reason").asText(),
                        failure.path("message").asText(""),
                        true);
                return;
            }
        }
        Conditions.remove(status, "ReplicaFailure");
    }

    /** All wanted pods are of the new template and available, and no others are left. */
    boolean isComplete(int observedGeneration) {
        int wanted = deployment.path("spec").path("replicas").asInt(1);
        return count(status, "updatedReplicas") == wanted
                && count(status, "replicas") == wanted
                && count(status, "availableReplicas") == wanted
                && observedGeneration
                        >= deployment.path("metadata").path("generation").asInt();
    }

    private boolean hasProgressed(JsonNode before) {
        int oldBefore = count(before, "replicas") - count(before, "updatedReplicas");
        int oldNow = count(status, "replicas") - count(status, "updatedReplicas");
        return count(status, "updatedReplicas") > count(before, "updatedReplicas")
                || oldNow < oldBefore
                || count(status, "readyReplicas") > count(before, "readyReplicas")
                || count(status, "availableReplicas") > count(before, "availableReplicas");
    }

    private boolean isOverdue(JsonNode condition) {
        if (condition.isMissingNode() || condition.path("reason").asText().equals(AVAILABLE_REASON)) {
            return false;
        }
        return condition.path("reason").asText().equals(EXCEEDED_REASON)
                || overdueIn(deployment)
                        .filter(left -> left.isNegative() || left.isZero())
                        .isPresent();
    }

    private void set(String value, String reason, String message) {
        Conditions.set(status, PROGRESSING, value, reason, message, true);
    }

    private void touch() {
        if (Conditions.get(deployment, PROGRESSING) instanceof ObjectNode condition) {
            condition.put("lastUpdateTime", Meta.now());
        }
    }

    /** How long until the rollout counts as stuck; empty when it cannot. */
    static Optional<Duration> overdueIn(JsonNode deployment) {
        JsonNode condition = Conditions.get(deployment, PROGRESSING);
        String reason = condition.path("reason").asText();
        if (condition.isMissingNode() || reason.equals(AVAILABLE_REASON) || reason.equals(EXCEEDED_REASON)) {
            return Optional.empty();
        }
        return deadline(deployment)
                .flatMap(limit -> Meta.time(condition.path("lastUpdateTime"))
                        .map(since -> Duration.between(Instant.now(), since.plus(limit))));
    }

    /** The progress deadline, which the largest number switches off. */
    static Optional<Duration> deadline(JsonNode deployment) {
        int seconds = deployment.path("spec").path("progressDeadlineSeconds").asInt(600);
        return seconds == Integer.MAX_VALUE ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    private static int count(JsonNode status, String field) {
        return status.path(field).asInt(0);
    }
}
