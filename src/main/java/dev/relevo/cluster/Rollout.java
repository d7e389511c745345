package dev.relevo.cluster;

import dev.relevo.report.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How far a workload is on its way to its own template, decided from objects alone. */
public sealed interface Rollout {
    /**
     * Not there yet.
     *
     * @param ready pods of the new template that are available
     * @param total pods that are wanted
     * @param detail what is waited for, in a few words
     */
    record Progressing(int ready, int total, String detail) implements Rollout {}

    /**
     * Everything that is wanted is there and available.
     *
     * @param total number of pods
     */
    record Done(int total) implements Rollout {}

    /** The controller has given up. Why pods do not become ready is for {@link Diagnosis} to say. */
    record Failed(Problem problem) implements Rollout {}

    /**
     * What counts as done beside the new pods being available.
     *
     * @param noOldReplicas pods of older templates must be told to stop
     * @param noOldPods pods of older templates must be gone, those that are stopping included
     */
    record Requirements(boolean noOldReplicas, boolean noOldPods) {
        /** As {@code kubectl rollout status}: old pods may still be stopping. */
        public static final Requirements STANDARD = new Requirements(true, false);

        /** Nothing of the old is left. */
        public static final Requirements OLD_GONE = new Requirements(true, true);
    }

    /** The kinds of workloads whose rollouts can be followed. */
    List<Kind> KINDS = List.of(Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.DAEMON_SET);

    /** {@link #of(KubeObject, Collection, Collection, Requirements)} with {@link Requirements#STANDARD}. */
    static Rollout of(KubeObject workload, Collection<KubeObject> replicaSets, Collection<KubeObject> pods) {
        return of(workload, replicaSets, pods, Requirements.STANDARD);
    }

    /**
     * The state of a Deployment, StatefulSet or DaemonSet. Done only when the workload's status, its ReplicaSet's and the pods
     * themselves agree.
     *
     * @param workload as read from the cluster
     * @param replicaSets of the namespace; those of other owners are ignored; not looked at for other kinds
     * @param pods of the namespace; those of other owners are ignored
     */
    static Rollout of(
            KubeObject workload,
            Collection<KubeObject> replicaSets,
            Collection<KubeObject> pods,
            Requirements requirements) {
        if (workload.generation() > workload.at("/status/observedGeneration").asLong(0)) {
            return new Progressing(0, Owned.wanted(workload), "the controller has not seen the change yet");
        }
        return switch (workload.kind().name()) {
            case "Deployment" -> new DeploymentRollout(workload, replicaSets, pods, requirements).state();
            case "StatefulSet" -> OtherRollouts.statefulSet(workload);
            case "DaemonSet" -> OtherRollouts.daemonSet(workload);
            default -> throw new IllegalArgumentException("A " + workload.kind() + " is not rolled out");
        };
    }

    /**
     * The ReplicaSet of a Deployment's current template: the one with an equal template, else (a newer API server may have added
     * defaults to one of them) the one of the same revision.
     */
    static Optional<KubeObject> newReplicaSet(KubeObject deployment, Collection<KubeObject> replicaSets) {
        var owned = replicaSets.stream()
                .filter(set -> Owned.by(set, deployment))
                .sorted(java.util.Comparator.comparing(
                        set -> set.at("/metadata/creationTimestamp").asText("")))
                .toList();
        var template = Owned.template(deployment);
        Optional<KubeObject> equal = owned.stream()
                .filter(set -> Owned.template(set).equals(template))
                .findFirst();
        return equal.or(() -> owned.stream()
                .filter(set -> deployment.annotation(Owned.REVISION).equals(set.annotation(Owned.REVISION))
                        && set.annotation(Owned.REVISION).isPresent()
                        && deployment.generation()
                                == deployment.at("/status/observedGeneration").asLong(-1))
                .findFirst());
    }

    /** The {@code pod-template-hash} of a Deployment's current template; empty before its ReplicaSet exists. */
    static Optional<String> templateHash(KubeObject deployment, Collection<KubeObject> replicaSets) {
        return newReplicaSet(deployment, replicaSets)
                .map(set -> Objects.requireNonNullElse(set.labels().get(Owned.HASH), ""))
                .filter(hash -> !hash.isEmpty());
    }
}
