package dev.relevo.telemetry;

import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import dev.relevo.report.Event.TaskKind;
import dev.relevo.report.EventSink;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes down from the events of one app what will have been its delivery. */
final class DeliveryLog implements EventSink {
    private final InstantSource clock;
    private final List<Delivery.Step> steps = new ArrayList<>();
    private final Set<String> operations = new HashSet<>();
    private final Map<String, Delivery.Requests> requests = new HashMap<>();
    private Optional<Delivery.Plan> plan = Optional.empty();
    private Optional<Instant> handOver = Optional.empty();
    private Optional<Instant> lastChange = Optional.empty();

    DeliveryLog(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void emit(Event event) {
        if (event instanceof Event.StepFinished step) {
            steps.add(new Delivery.Step(step.step(), step.outcome(), step.took()));
        } else if (event instanceof Event.ReleasePlanned planned) {
            plan = Optional.of(Delivery.Plan.of(planned));
        } else if (event instanceof Event.HandOverStarted start && handOver.isEmpty() && isPlanned(start.release())) {
            handOver = Optional.of(clock.instant());
        } else if (event instanceof Event.TaskStarted task && task.kind() == TaskKind.OPERATION) {
            operations.add(task.id());
        } else if (event instanceof Event.TaskFinished task) {
            finished(task);
        } else if (event instanceof Event.ErrorsCounted count) {
            requests.put(count.task(), new Delivery.Requests(count.answers(), count.errors()));
        }
    }

    /** The way back hands over as well, to an earlier release. */
    private boolean isPlanned(int release) {
        return plan.filter(planned -> planned.release() == release).isPresent();
    }

    private void finished(Event.TaskFinished task) {
        boolean operation = operations.remove(task.id());
        // One that failed may have changed something before it did.
        if (operation && handOver.isPresent() && task.outcome() != Outcome.UNCHANGED) {
            lastChange = Optional.of(clock.instant());
        }
    }

    /** What it has come to by now. */
    synchronized Delivery delivery(Delivery.Target target) {
        return new Delivery(
                target,
                plan,
                steps,
                handOver.flatMap(start -> lastChange.map(end -> new Delivery.HandOver(start, end))),
                requests.values().stream()
                        .reduce((one, other) ->
                                new Delivery.Requests(one.answers() + other.answers(), one.errors() + other.errors())));
    }
}
