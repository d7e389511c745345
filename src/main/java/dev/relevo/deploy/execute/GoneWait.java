package dev.relevo.deploy.execute;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.lock.Watched;
import dev.relevo.deploy.plan.Operation.AwaitGone;
import java.util.Collection;
import java.util.Optional;

/** Follows what was deleted until it is gone, and the pods that it had with it. */
final class GoneWait implements AutoCloseable {
    private final SharedWatches cluster;
    private final Writer writer;
    private final AwaitGone wanted;
    private final Pace pace;
    private Optional<Watched> pods = Optional.empty();

    GoneWait(SharedWatches cluster, Writer writer, AwaitGone wanted, Pace pace) {
        this.cluster = cluster;
        this.writer = writer;
        this.wanted = wanted;
        this.pace = pace;
    }

    /** How far it is. */
    Progress look() {
        if (!writer.deleted(wanted.ref()) && cluster.get(wanted.ref()).isPresent()) {
            return new Progress.Waiting(0, 1, "objects", "still there");
        }
        writer.sawNothing(wanted.ref());
        long left = wanted.pods().isEmpty() ? 0 : podsLeft();
        return left == 0
                ? new Progress.Done("")
                : new Progress.Waiting(0, left, "pods", left + (left == 1 ? " pod" : " pods") + " left");
    }

    /** The watch may show the past, so it only says when it is worth a question. */
    private long podsLeft() {
        String namespace = wanted.ref().namespace();
        long shown = pods.map(watched -> own(watched.all())).orElse(0L);
        if (shown > 0) {
            return shown;
        }
        long now = own(cluster.listToWatch(Kind.POD, namespace, wanted.pods()));
        if (now > 0 && pods.isEmpty()) {
            pods = Optional.of(new Watched(cluster, Kind.POD, namespace, wanted.pods(), pace));
        }
        return now;
    }

    /** Jobs, other workloads and bare pods may carry an app's labels too, and stay. */
    private long own(Collection<KubeObject> labelled) {
        Kind workload = wanted.ref().kind();
        String maker = (workload.equals(Kind.DEPLOYMENT) ? Kind.REPLICA_SET : workload).name();
        return labelled.stream()
                .filter(pod ->
                        maker.equals(pod.at("/metadata/ownerReferences/0/kind").asText()))
                .count();
    }

    @Override
    public void close() {
        pods.ifPresent(Watched::close);
    }
}
