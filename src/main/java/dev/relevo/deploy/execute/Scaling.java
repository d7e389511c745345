package dev.relevo.deploy.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.release.Json;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Workload;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How many pods a Deployment has: as many as a plan says, or as something else has set, an autoscaler say. */
final class Scaling {
    private final Cluster cluster;
    private final Writer writer;
    private final Map<ObjectRef, Integer> deleted = new HashMap<>();

    Scaling(Cluster cluster, Writer writer) {
        this.cluster = cluster;
        this.writer = writer;
    }

    void scale(ObjectRef ref, int replicas, boolean onlyUp) {
        writer.merge(ref, live -> {
            int now = new Workload(live).desired();
            if (now == replicas || (onlyUp && now > replicas)) {
                return Optional.empty();
            }
            ObjectNode patch = Json.object();
            patch.putObject("spec").put("replicas", replicas);
            return Optional.of(patch);
        });
    }

    void scaleLike(Operation.ScaleLike scale) {
        cluster.get(scale.other()).map(Workload::new).ifPresent(other -> scale(scale.ref(), other.desired(), true));
    }

    /** How many pods a Deployment has that is about to be deleted, which an autoscaler may have changed until then. */
    void remember(KubeObject live) {
        if (live.kind().equals(Kind.DEPLOYMENT)) {
            deleted.put(live.ref(), new Workload(live).desired());
        }
    }

    /** The object to apply, with the number of pods that it is to have. */
    KubeObject sized(Operation.Apply apply, Optional<KubeObject> live) {
        if (apply.replicas() == Operation.Replicas.AS_WRITTEN) {
            return apply.object();
        }
        return live.map(now -> asLive(apply.object(), new Workload(now))).orElseGet(() -> remade(apply.object()));
    }

    /** Leaves replicas that something else sets alone. */
    private static KubeObject asLive(KubeObject wanted, Workload live) {
        return wanted.with(tree -> {
            ObjectNode spec = Marks.child(tree, "spec");
            // Fields that we alone own and leave out go back to their default, which would be one pod.
            if (live.replicasOwnedByRelevoAlone()) {
                spec.put("replicas", live.desired());
            } else {
                spec.remove("replicas");
            }
        });
    }

    private KubeObject remade(KubeObject wanted) {
        Integer size = deleted.get(wanted.ref());
        return size == null
                ? wanted
                : wanted.with(tree -> Marks.child(tree, "spec").put("replicas", Math.max(1, size)));
    }
}
