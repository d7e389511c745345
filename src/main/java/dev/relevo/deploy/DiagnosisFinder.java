package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Diagnosis;
import dev.relevo.cluster.Finding;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LogTail;
import dev.relevo.cluster.Rollout;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks for the cause among pods, ReplicaSets, events and logs. */
public final class DiagnosisFinder implements FailureFinder {
    private final Cluster cluster;
    private final Map<String, EventsOf> events = new HashMap<>();

    public DiagnosisFinder(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public Optional<Suspicion> find(
            KubeObject workload, Collection<KubeObject> replicaSets, Collection<KubeObject> pods) {
        Optional<KubeObject> newest = Rollout.newReplicaSet(workload, replicaSets);
        List<KubeObject> fresh = pods.stream()
                .filter(pod -> pod.deleting() || isNew(pod, workload, newest))
                .toList();
        Diagnosis.Evidence evidence = new Diagnosis.Evidence(
                Optional.of(workload),
                newest.map(List::of).orElse(List.of()),
                fresh,
                events.computeIfAbsent(workload.namespace(), EventsOf::new).seen(cluster));
        return Diagnosis.of(evidence, LogTail.of(cluster, 10)).stream()
                .findFirst()
                .map(DiagnosisFinder::suspicion);
    }

    /**
     * The events of a namespace, watched until the connection ends: who asks again and again does not read them all each time.
     * Pods that are ready at once need none, so the first look does without.
     */
    private static final class EventsOf {
        private final String namespace;
        private boolean asked;
        private boolean watched;
        private volatile Collection<KubeObject> now = List.of();

        EventsOf(String namespace) {
            this.namespace = namespace;
        }

        Collection<KubeObject> seen(Cluster cluster) {
            if (asked && !watched) {
                watched = true;
                cluster.watch(Kind.EVENT, namespace, Map.of(), all -> now = List.copyOf(all.values()));
            }
            asked = true;
            return now;
        }
    }

    private static boolean isNew(KubeObject pod, KubeObject workload, Optional<KubeObject> newest) {
        return workload.kind().equals(Kind.DEPLOYMENT)
                ? newest.filter(set -> owns(set, pod)).isPresent()
                : owns(workload, pod) && Template.ofPod(pod).equals(new Workload(workload).template());
    }

    private static Suspicion suspicion(Finding finding) {
        return new Suspicion(finding.problem(), finding.fatal());
    }

    private static boolean owns(KubeObject owner, KubeObject pod) {
        for (var reference : pod.at("/metadata/ownerReferences")) {
            if (owner.uid().equals(reference.path("uid").asText())) {
                return true;
            }
        }
        return false;
    }
}
