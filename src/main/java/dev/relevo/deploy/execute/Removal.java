package dev.relevo.deploy.execute;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.release.Marks;

/** Takes away what is needed no longer, and waits until it is gone. */
final class Removal {
    private final Cluster cluster;
    private final Waiter waiter;
    private final Writer writer;
    private final Scaling scaling;
    private final ReleaseEvents releaseEvents;

    Removal(Tools tools, Writer writer, Scaling scaling, ReleaseEvents releaseEvents) {
        this.cluster = tools.cluster();
        this.waiter = tools.waiter();
        this.writer = writer;
        this.scaling = scaling;
        this.releaseEvents = releaseEvents;
    }

    void delete(Operation.Delete delete) {
        writer.delete(delete.ref(), live -> {
            boolean meant = delete.uid().equals(live.uid());
            if (meant) {
                scaling.remember(live);
            }
            return meant;
        });
    }

    void drop(String id, Operation.DropCandidate drop) {
        writer.delete(drop.ref(), live -> !Marks.track(live).isEmpty());
        releaseEvents.dropped(id, drop.ref());
    }

    String gone(String id, Operation.AwaitGone await) throws InterruptedException {
        return waiter.until(id, await.ref() + " is gone", () -> {
            if (cluster.get(await.ref()).isPresent()) {
                return new Progress.Waiting(0, 1, "objects", "still there");
            }
            writer.sawNothing(await.ref());
            long left = await.pods().isEmpty()
                    ? 0
                    : cluster.list(Kind.POD, await.ref().namespace(), await.pods()).items().stream()
                            .filter(pod -> madeBy(await.ref(), pod))
                            .count();
            return left == 0
                    ? new Progress.Done("")
                    : new Progress.Waiting(0, left, "pods", left + (left == 1 ? " pod" : " pods") + " left");
        });
    }

    /** Jobs, other workloads and bare pods may carry an app's labels too, and stay. */
    private static boolean madeBy(ObjectRef workload, KubeObject pod) {
        Kind maker = workload.kind().equals(Kind.DEPLOYMENT) ? Kind.REPLICA_SET : workload.kind();
        return maker.name().equals(pod.at("/metadata/ownerReferences/0/kind").asText());
    }
}
