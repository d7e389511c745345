package dev.relevo.deploy.execute;

import dev.relevo.config.Durations;
import dev.relevo.deploy.lock.Fence;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.lock.Steering;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what the cluster does by itself: woken by changes, with a look at least once a second, never without end. */
final class Waiter {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Pace pace;
    private final Fence fence;
    private final Steering steering;
    private final EventSink events;
    private final Duration patience;

    /** @param patience how long nothing may move before the wait fails */
    Waiter(Pace pace, Fence fence, Steering steering, EventSink events, Duration patience) {
        this.pace = pace;
        this.fence = fence;
        this.steering = steering;
        this.events = events;
        this.patience = patience;
    }

    /**
     * Looks until it is done.
     *
     * @param id the task that the progress belongs to
     * @param what for messages, e.g. {@code Deployment/clients is complete}
     * @return the last look's words
     * @throws dev.relevo.report.RelevoException with the cause when it is hopeless, with
     *     {@link DeployError#NO_PROGRESS} when nothing moved for too long
     */
    String until(String id, String what, Supplier<Progress> look) throws InterruptedException {
        return until(id, what, look, Optional::empty);
    }

    /**
     * The same.
     *
     * @param cause what is told as the root cause if the patience ends, as far as one is known
     */
    String until(String id, String what, Supplier<Progress> look, Supplier<Optional<Problem>> cause)
            throws InterruptedException {
        Progress.Waiting last = new Progress.Waiting(0, 0, "", "");
        String suspected = "";
        Duration moved = pace.elapsed();
        while (true) {
            keep();
            steering.check();
            Progress now = look.get();
            if (now instanceof Progress.Done done) {
                return done.detail();
            }
            if (now instanceof Progress.Hopeless hopeless) {
                throw hopeless.cause().asException();
            }
            Progress.Waiting waiting = (Progress.Waiting) now;
            if (waiting.movedFrom(last)) {
                last = waiting;
                moved = pace.elapsed();
                events.emit(
                        new Event.TaskProgress(id, waiting.done(), waiting.total(), waiting.unit(), waiting.detail()));
            } else if (pace.elapsed().minus(moved).compareTo(patience) >= 0) {
                throw tooLong(what, waiting, cause.get()).asException();
            }
            String suspects = cause.get().map(Problem::summary).orElse("");
            if (!suspects.isEmpty() && !suspects.equals(suspected)) {
                // It may heal, so it is no failure yet; but whoever watches is told at once.
                events.emit(new Event.TaskProgress(
                        id, waiting.done(), waiting.total(), waiting.unit(), waiting.detail() + ": " + suspects));
                suspected = suspects;
            }
            pace.await(LOOK_AGAIN);
        }
    }

    private Problem tooLong(String what, Progress.Waiting last, Optional<Problem> cause) {
        String state =
                last.detail().isEmpty() ? last.done() + " of " + last.total() + " " + last.unit() : last.detail();
        String wait = "Waited " + patience.toSeconds() + " s without progress until " + what + ": " + state;
        String remedy = "If it needs longer by nature, raise deploy.timeout";
        return cause.map(known -> known.detail(wait)
                        .remedy(known.remedy()
                                .map(first -> first + " " + remedy)
                                .orElse(remedy)))
                .orElseGet(() -> Problem.of(DeployError.NO_PROGRESS, wait).remedy(remedy));
    }

    /** Lets time pass, the lock kept. */
    void pause(Duration duration) throws InterruptedException {
        boolean unused = passes(duration, () -> false);
    }

    /**
     * Lets time pass until somebody promotes.
     *
     * @return whether somebody did
     */
    boolean observe(Duration duration) throws InterruptedException {
        return passes(duration, steering::promoted);
    }

    /**
     * Waits for a person, and says so to others.
     *
     * @param what what is waited for, e.g. {@code to be promoted}
     * @param atMost how long
     * @param over whether it may go on
     * @throws dev.relevo.report.RelevoException with {@link DeployError#NOT_PROMOTED} when nobody says so in time
     */
    void hold(String what, Duration atMost, BooleanSupplier over) throws InterruptedException {
        if (over.getAsBoolean()) {
            return;
        }
        steering.tell(Optional.of(what));
        if (!passes(atMost, over)) {
            throw Problem.of(
                            DeployError.NOT_PROMOTED,
                            "Waited " + Durations.format(atMost) + " " + what + ", and nobody said so")
                    .remedy("Deploy again, and end the wait with `relevo promote`, or `relevo resume` after a pause")
                    .asException();
        }
        steering.tell(Optional.empty());
    }

    /** @return whether it was over before the time was up */
    private boolean passes(Duration duration, BooleanSupplier over) throws InterruptedException {
        if (duration.compareTo(LOOK_AGAIN) > 0) {
            steering.listen();
        }
        Duration end = pace.elapsed().plus(duration);
        while (true) {
            keep();
            steering.check();
            if (over.getAsBoolean()) {
                return true;
            }
            Duration left = end.minus(pace.elapsed());
            if (left.isNegative() || left.isZero()) {
                return false;
            }
            pace.await(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
        }
    }

    /** What another deployer does is not waited for. */
    private void keep() {
        fence.keep();
        if (fence.lost()) {
            fence.check();
        }
    }
}
