package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.report.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The state of one Deployment's rollout. */
final class DeploymentRollout {
    private final KubeObject deployment;
    private final Collection<KubeObject> replicaSets;
    private final Collection<KubeObject> pods;
    private final Rollout.Requirements requirements;

    DeploymentRollout(
            KubeObject deployment,
            Collection<KubeObject> replicaSets,
            Collection<KubeObject> pods,
            Rollout.Requirements requirements) {
        this.deployment = deployment;
        this.replicaSets = replicaSets;
        this.pods = pods;
        this.requirements = requirements;
    }

    Rollout state() {
        int total = Owned.wanted(deployment);
        Optional<KubeObject> newest = Rollout.newReplicaSet(deployment, replicaSets);
        if (newest.isEmpty()) {
            return new Rollout.Progressing(0, total, "the ReplicaSet of the new template is not there yet");
        }
        KubeObject set = newest.get();
        List<KubeObject> own = pods.stream().filter(pod -> Owned.by(pod, set)).toList();
        int readyPods = (int)
                own.stream().filter(pod -> Owned.ready(pod) && !pod.deleting()).count();
        int available =
                Math.min(readyPods, Math.min(count(set, "availableReplicas"), count(deployment, "availableReplicas")));
        Optional<String> waitsFor = waitsFor(total, set, readyPods, available);
        if (waitsFor.isEmpty()) {
            return new Rollout.Done(total);
        }
        JsonNode progressing = Owned.condition(deployment, "Progressing");
        if (progressing.path("reason").asText().equals("ProgressDeadlineExceeded")) {
            return new Rollout.Failed(Problem.of(
                            ClusterError.PROGRESS_DEADLINE,
                            "Deployment/" + deployment.name() + " made no progress for "
                                    + deployment
                                            .at("/spec/progressDeadlineSeconds")
                                            .asInt(600) + " s: " + waitsFor.get())
                    .detail(progressing.path("message").asText("ProgressDeadlineExceeded"))
                    .remedy("Look at the pods' events; if they only need longer to start, raise"
                            + " spec.progressDeadlineSeconds."));
        }
        return new Rollout.Progressing(Math.min(available, total), total, waitsFor.get());
    }

    private Optional<String> waitsFor(int total, KubeObject set, int readyPods, int available) {
        if (deployment.at("/spec/paused").asBoolean(false)) {
            return Optional.of("the Deployment is paused");
        }
        int updated = Math.min(count(deployment, "updatedReplicas"), count(set, "replicas"));
        if (updated < total) {
            return Optional.of(updated + " of " + total + " new pods are created");
        }
        if (readyPods < total || count(set, "readyReplicas") < total) {
            return Optional.of(
                    Math.min(readyPods, count(set, "readyReplicas")) + " of " + total + " new pods are ready");
        }
        if (available < total) {
            int minReady = deployment.at("/spec/minReadySeconds").asInt(0);
            return Optional.of(available + " of " + total + " new pods are available"
                    + (minReady > 0 ? ", ready for " + minReady + " s" : ""));
        }
        int old = count(deployment, "replicas") - count(deployment, "updatedReplicas");
        int oldOfSets = replicaSets.stream()
                .filter(other -> Owned.by(other, deployment) && !other.name().equals(set.name()))
                .mapToInt(other -> count(other, "replicas"))
                .sum();
        if (requirements.noOldReplicas() && Math.max(old, oldOfSets) > 0) {
            return Optional.of(Math.max(old, oldOfSets) + " old pods are to stop");
        }
        if (count(set, "replicas") > total) {
            return Optional.of((count(set, "replicas") - total) + " pods too many are to stop");
        }
        long left = oldPods(set);
        if (requirements.noOldPods() && left > 0) {
            return Optional.of(left + (left == 1 ? " old pod is stopping" : " old pods are stopping"));
        }
        return Optional.empty();
    }

    private long oldPods(KubeObject current) {
        List<KubeObject> others = replicaSets.stream()
                .filter(set -> Owned.by(set, deployment) && !set.name().equals(current.name()))
                .toList();
        return pods.stream()
                .filter(pod -> !List.of("Failed", "Succeeded")
                        .contains(pod.at("/status/phase").asText()))
                .filter(pod -> others.stream().anyMatch(set -> Owned.by(pod, set)))
                .count();
    }

    private static int count(KubeObject object, String field) {
        return object.at("/status/" + field).asInt(0);
    }
}
