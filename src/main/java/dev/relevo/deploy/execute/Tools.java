package dev.relevo.deploy.execute;

import dev.relevo.deploy.lock.Fence;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.lock.Steering;
import dev.relevo.report.EventSink;
import dev.relevo.verify.Reach;
import java.time.Duration;

/**
 * What an executor works with.
 *
 * @param patience how long nothing may move before a wait fails
 */
public record Tools(
        SharedWatches cluster,
        Fence fence,
        Steering steering,
        Pace pace,
        EventSink events,
        Reach reach,
        FailureFinder failures,
        Errands errands,
        Duration patience) {
    /** The same for bringing things back, which nobody stops. */
    public Tools unsteered() {
        return steeredBy(Steering.NONE);
    }

    /** The same that listens to somebody else. */
    public Tools steeredBy(Steering other) {
        return new Tools(cluster, fence, other, pace, events, reach, failures, errands, patience);
    }

    /** Waits as patiently as is said here. */
    Waiter waiter() {
        return waiter(patience);
    }

    /** Waits with a patience of its own. */
    Waiter waiter(Duration other) {
        return new Waiter(pace, fence, steering, events, other);
    }
}
