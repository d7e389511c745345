package dev.relevo.deploy.plan;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.release.ReleaseSpec;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Takes down what a plan is made from: what was observed, and every object that the release writes. What it deletes besides
 * is bound to a UID by the operation itself.
 */
public record Sighting(Cluster cluster, Observed observed, ReleaseSpec spec) {
    public FrozenPlan.Sight sight() {
        Map<String, Map<String, String>> objects = new TreeMap<>();
        observed.workload().ifPresent(live -> add(objects, live.object()));
        observed.candidate().ifPresent(live -> add(objects, live.object()));
        observed.baseline().ifPresent(live -> add(objects, live.object()));
        observed.candidateService().ifPresent(live -> add(objects, live));
        observed.services().values().forEach(live -> add(objects, live));
        observed.routes().forEach(live -> add(objects, live));
        for (ObjectRef ref : others()) {
            if (!objects.containsKey(name(ref))) {
                Optional<KubeObject> live = cluster.get(ref);
                live.ifPresentOrElse(there -> add(objects, there), () -> objects.put(name(ref), Map.of()));
            }
        }
        Map<String, String> releases = new TreeMap<>();
        observed.records()
                .forEach(record -> releases.put(
                        Integer.toString(record.number()), record.status().word()));
        objects.put("releases of " + spec.ref(), releases);
        return new FrozenPlan.Sight(objects);
    }

    private Set<ObjectRef> others() {
        Set<ObjectRef> refs = new LinkedHashSet<>();
        spec.manifests().stream()
                // Named by its content and never changed: whether it is there already makes no difference.
                .filter(manifest -> !manifest.at("/immutable").asBoolean(false))
                .forEach(manifest -> refs.add(manifest.ref()));
        return refs;
    }

    private void add(Map<String, Map<String, String>> objects, KubeObject live) {
        boolean scaled = live.ref().equals(spec.workload()) && (observed.autoscaled() || spec.autoscaled());
        objects.put(name(live.ref()), Fingerprint.of(live, scaled));
    }

    /** As kubectl takes it, with the namespace. */
    public static String name(ObjectRef ref) {
        return ref.kind() + "/" + ref.name() + (ref.namespace().isEmpty() ? "" : " in " + ref.namespace());
    }
}
