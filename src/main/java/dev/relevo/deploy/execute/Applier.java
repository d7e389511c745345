package dev.relevo.deploy.execute;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Marks;
import dev.relevo.report.Problem;

/** Applies the objects of a release, never over what somebody else has made. */
final class Applier {
    private final Cluster cluster;
    private final Waiter waiter;
    private final Writer writer;
    private final Scaling scaling;
    private final ReleaseRecords records;

    Applier(Tools tools, Writer writer, Scaling scaling, ReleaseRecords records) {
        this.cluster = tools.cluster();
        this.waiter = tools.waiter();
        this.writer = writer;
        this.scaling = scaling;
        this.records = records;
    }

    /** Applies it. One that is being deleted is waited for and made anew: what is written to it goes with it. */
    void apply(String id, Operation.Apply apply) throws InterruptedException {
        ObjectRef ref = apply.object().ref();
        KubeObject written;
        do {
            if (writer.look(ref).filter(KubeObject::deleting).isPresent()) {
                gone(id, ref);
            }
            written = writer.apply(ref, live -> {
                live.ifPresent(now -> requireOurs(now, apply.object()));
                return scaling.sized(apply, live);
            });
        } while (written.deleting());
        records.remember(written);
    }

    private void gone(String id, ObjectRef ref) throws InterruptedException {
        String unused = waiter.until(
                id,
                "the " + ref + " that is being deleted is gone",
                () -> cluster.get(ref).filter(KubeObject::deleting).isPresent()
                        ? new Progress.Waiting(0, 1, "objects", "being deleted")
                        : new Progress.Done(""));
        writer.sawNothing(ref);
    }

    /** A candidate, or its baseline, never takes over an object of its name that somebody else made. */
    static void requireOurs(KubeObject live, KubeObject wanted) {
        String track = Marks.track(wanted);
        if (!track.isEmpty() && !track.equals(Marks.track(live))) {
            throw Problem.of(
                            DeployError.UNSAFE_CHANGE,
                            live.ref() + " is in the way of the " + track + ", which needs that name")
                    .remedy("Rename or delete it; Relevo did not make it")
                    .asException();
        }
    }
}
