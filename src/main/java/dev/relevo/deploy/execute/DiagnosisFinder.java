package dev.relevo.deploy.execute;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Diagnosis;
import dev.relevo.cluster.Finding;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LogTail;
import dev.relevo.cluster.Rollout;
import dev.relevo.deploy.release.Template;
import dev.relevo.deploy.release.Workload;
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
        List<KubeObject> sets = newest.map(List::of).orElse(List.of());
        EventsOf said = events.computeIfAbsent(workload.namespace(), EventsOf::new);
        LogTail logs = LogTail.of(cluster, 10);
        Diagnosis.Evidence unsaid = new Diagnosis.Evidence(Optional.of(workload), sets, fresh, List.of());
        if (said.firstLook() && Diagnosis.of(unsaid, LogTail.none()).isEmpty()) {
            return Optional.empty();
        }
        Diagnosis.Evidence evidence = new Diagnosis.Evidence(Optional.of(workload), sets, fresh, said.all(cluster));
        return Diagnosis.of(evidence, logs).stream().findFirst().map(DiagnosisFinder::suspicion);
    }

    /**
     * The events of a namespace, watched until the connection ends: who asks again and again does not read them all each time.
     * Pods that are ready at once need none, so nothing is concluded from their absence at the first look.
     */
    private static final class EventsOf {
        private final String namespace;
        private boolean looked;
        private boolean watched;
        private volatile Collection<KubeObject> now = List.of();

        EventsOf(String namespace) {
            this.namespace = namespace;
        }

        boolean firstLook() {
            boolean first = !looked;
            looked = true;
            return first;
        }

        Collection<KubeObject> all(Cluster cluster) {
            if (!watched) {
                watched = true;
                Cluster.Watching unused =
                        cluster.watch(Kind.EVENT, namespace, Map.of(), objects -> now = List.copyOf(objects.values()));
            }
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
