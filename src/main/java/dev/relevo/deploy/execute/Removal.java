package dev.relevo.deploy.execute;

import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.release.Marks;

/** Takes away what is needed no longer, and waits until it is gone. */
final class Removal {
    private final SharedWatches cluster;
    private final Pace pace;
    private final Waiter waiter;
    private final Writer writer;
    private final Scaling scaling;
    private final ReleaseEvents releaseEvents;

    Removal(Tools tools, Writer writer, Scaling scaling, ReleaseEvents releaseEvents) {
        this.cluster = tools.cluster();
        this.pace = tools.pace();
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
        try (GoneWait wait = new GoneWait(cluster, writer, await, pace)) {
            return waiter.until(id, await.ref() + " is gone", wait::look);
        }
    }
}
