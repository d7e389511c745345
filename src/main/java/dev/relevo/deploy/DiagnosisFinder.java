package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Diagnosis;
import dev.relevo.cluster.Finding;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LogTail;
import dev.relevo.cluster.Rollout;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks for the cause among pods, ReplicaSets, events and logs. */
public final class DiagnosisFinder implements FailureFinder {
    private final Cluster cluster;

    public DiagnosisFinder(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public Optional<Suspicion> find(
            KubeObject deployment, Collection<KubeObject> replicaSets, Collection<KubeObject> pods) {
        Optional<KubeObject> newest = Rollout.newReplicaSet(deployment, replicaSets);
        List<KubeObject> fresh = pods.stream()
                .filter(pod ->
                        pod.deleting() || newest.filter(set -> owns(set, pod)).isPresent())
                .toList();
        List<KubeObject> events =
                cluster.list(Kind.EVENT, deployment.namespace(), Map.of()).items();
        Diagnosis.Evidence evidence = new Diagnosis.Evidence(
                Optional.of(deployment), newest.map(List::of).orElse(List.of()), fresh, events);
        return Diagnosis.of(evidence, LogTail.of(cluster, 10)).stream()
                .findFirst()
                .map(DiagnosisFinder::suspicion);
    }

    private static Suspicion suspicion(Finding finding) {
        return new Suspicion(finding.problem(), finding.fatal());
    }

    private static boolean owns(KubeObject set, KubeObject pod) {
        for (var owner : pod.at("/metadata/ownerReferences")) {
            if (set.uid().equals(owner.path("uid").asText())) {
                return true;
            }
        }
        return false;
    }
}
