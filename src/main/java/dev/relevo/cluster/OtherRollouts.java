package dev.relevo.cluster;

/** The rollouts of workloads that manage their pods without ReplicaSets. */
final class OtherRollouts {
    private OtherRollouts() {}

    static Rollout statefulSet(KubeObject set) {
        int total = Owned.wanted(set);
        if (set.at("/spec/updateStrategy/type").asText("RollingUpdate").equals("OnDelete")) {
            return progress(count(set, "readyReplicas"), total, "ready");
        }
        // Pods below the partition keep the old template on purpose.
        int partition = set.at("/spec/updateStrategy/rollingUpdate/partition").asInt(0);
        int toUpdate = Math.max(0, total - partition);
        boolean oneRevision = set.at("/status/updateRevision")
                .asText("")
                .equals(set.at("/status/currentRevision").asText(""));
        int updated = oneRevision ? toUpdate : count(set, "updatedReplicas");
        if (updated < toUpdate) {
            return new Rollout.Progressing(updated, total, updated + " of " + toUpdate + " pods are updated");
        }
        if (count(set, "readyReplicas") < total) {
            return progress(count(set, "readyReplicas"), total, "ready");
        }
        if (set.at("/status/availableReplicas").isMissingNode()) {
            return new Rollout.Done(total);
        }
        return progress(count(set, "availableReplicas"), total, "available");
    }

    static Rollout daemonSet(KubeObject set) {
        int total = Owned.wanted(set);
        int updated = count(set, "updatedNumberScheduled");
        if (updated < total) {
            return new Rollout.Progressing(updated, total, updated + " of " + total + " pods are updated");
        }
        return progress(count(set, "numberAvailable"), total, "available");
    }

    private static Rollout progress(int reached, int total, String what) {
        return reached >= total
                ? new Rollout.Done(total)
                : new Rollout.Progressing(reached, total, reached + " of " + total + " pods are " + what);
    }

    private static int count(KubeObject object, String field) {
        return object.at("/status/" + field).asInt(0);
    }
}
