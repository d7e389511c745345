package dev.relevo.deploy.execute;

import dev.relevo.config.Durations;
import dev.relevo.deploy.lock.Ask;
import dev.relevo.deploy.lock.Steering;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import java.util.Optional;

/** Where people have a say in how a plan goes on: they pause it, let it go on, and end the candidate's trial early. */
final class ManualGates {
    private final Steering steering;
    private final EventSink events;
    private final Waiter waiter;
    private final ReleaseEvents releaseEvents;

    ManualGates(Tools tools, ReleaseEvents releaseEvents) {
        this.steering = tools.steering();
        this.events = tools.events();
        this.waiter = tools.waiter();
        this.releaseEvents = releaseEvents;
    }

    /** Somebody has asked for a pause: nothing more is changed until that is over. */
    void holdWhilePaused(Operation next) throws InterruptedException {
        Optional<Ask> pause = paused();
        if (pause.isEmpty() || !next.writes()) {
            return;
        }
        String before = "before: " + next.sentence();
        events.emit(new Event.Warning(
                "Paused by " + pause.get().by() + ", at most "
                        + Durations.format(pause.get().atMost()) + ", " + before,
                "End it with `relevo resume`, `relevo promote` or `relevo abort`"));
        waiter.hold("to be resumed, " + before, pause.get().atMost(), () -> paused().isEmpty());
        events.emit(new Event.Info("The pause is over"));
    }

    private Optional<Ask> paused() {
        return steering.asked().filter(ask -> ask.wish() == Ask.Wish.PAUSE);
    }

    /** Whether an operation need not be carried out: somebody who promotes wholly wants no more of the candidate's trial. */
    boolean leaveOut(Plan plan, int index) {
        return plan.trial().holds(index)
                && steering.asked()
                        .filter(ask -> ask.wish() == Ask.Wish.PROMOTE_WHOLLY)
                        .isPresent();
    }

    /**
     * Lets the time pass.
     *
     * @return who ended it early, empty for nobody
     */
    String observe(Operation.Observe observe) throws InterruptedException {
        return waiter.observe(observe.duration()) ? promoter() : "";
    }

    /**
     * Waits until somebody promotes.
     *
     * @return who did
     */
    String promotion(Operation.AwaitPromotion await) throws InterruptedException {
        if (!steering.promoted()) {
            releaseEvents.promotionNeeded(await.atMost());
        }
        waiter.hold("to be promoted", await.atMost(), steering::promoted);
        return promoter();
    }

    private String promoter() {
        return steering.asked().map(Ask::sentence).orElse("");
    }
}
