package dev.relevo.local.node;

import dev.relevo.local.controller.Workers;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Repeats one probe of one run of a container until it is cancelled. */
final class ProbeLoop {
    /** Tries a probe once. */
    @FunctionalInterface
    interface Attempt {
        Probe.Result once() throws InterruptedException;
    }

    /** Is told of each failed try, and of the moments at which the probe as a whole passes or fails. */
    interface Listener {
        void attemptFailed(Probe probe, Probe.Result result);

        void decided(Probe probe, boolean success, Probe.Result last);
    }

    private final Probe probe;
    private final Attempt attempt;
    private final Workers workers;
    private final Listener listener;
    private int inARow;
    private boolean lastSucceeded;
    private boolean cancelled;
    private @Nullable Future<?> next;

    ProbeLoop(Probe probe, Attempt attempt, Workers workers, Listener listener) {
        this.probe = probe;
        this.attempt = attempt;
        this.workers = workers;
        this.listener = listener;
    }

    /** Begins after the given time since the container's start has passed. */
    synchronized void start(Duration sinceContainerStart) {
        Duration delay = probe.initialDelay().minus(sinceContainerStart);
        schedule(delay.isNegative() ? Duration.ZERO : delay);
    }

    private synchronized void schedule(Duration delay) {
        if (!cancelled) {
            next = workers.runAfter(delay, this::tick);
        }
    }

    private void tick() {
        long began = System.nanoTime();
        Probe.Result result;
        try {
            result = attempt.once();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (judge(result)) {
            schedule(probe.period().minusNanos(System.nanoTime() - began));
        }
    }

    private boolean judge(Probe.Result result) {
        boolean decides;
        synchronized (this) {
            if (cancelled) {
                return false;
            }
            inARow = result.success() == lastSucceeded ? inARow + 1 : 1;
            lastSucceeded = result.success();
            decides = inARow >= (result.success() ? probe.successThreshold() : probe.failureThreshold());
        }
        if (!result.success()) {
            listener.attemptFailed(probe, result);
        }
        if (decides) {
            listener.decided(probe, result.success(), result);
        }
        return true;
    }

    /** Ends the loop; a try under way is not reported any more. */
    synchronized void cancel() {
        cancelled = true;
        if (next != null) {
            next.cancel(false);
        }
    }
}
