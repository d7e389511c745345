package dev.relevo.cli.command;

import dev.relevo.config.DeployConfig;
import dev.relevo.config.DeployConfig.OnInterrupt;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;

/**
 * A deploy that comes to its end before a stop from outside is obeyed, where the configuration says so: from its first operation
 * on, because while it waits for the lock there is nothing to finish.
 */
final class FinishingDeploy implements EventSink, AutoCloseable {
    private static final String FIRST = "operation-1";

    private final EventSink events;
    private final StopPolicy policy;
    private final boolean finishes;

    FinishingDeploy(EventSink events, StopPolicy policy, DeployConfig config) {
        this.events = events;
        this.policy = policy;
        this.finishes = config.onInterrupt() == OnInterrupt.FINISH;
    }

    @Override
    public void emit(Event event) {
        if (finishes && event instanceof Event.TaskStarted task && task.id().equals(FIRST)) {
            policy.finish(true);
        }
        events.emit(event);
    }

    @Override
    public void close() {
        policy.finish(false);
    }
}
