package dev.relevo.pipeline;

import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import dev.relevo.report.EventSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** Several steps one after the other. The first that fails ends the run; what the earlier ones have left stays. */
public final class Run {
    private final List<Stage> stages;
    private final List<Ended> ended = Collections.synchronizedList(new ArrayList<>());

    /** @param stages the steps in their order */
    public Run(List<Stage> stages) {
        this.stages = List.copyOf(stages);
    }

    /**
     * One step of a run.
     *
     * @param name its command name
     */
    public record Stage(String name, Function<StepContext, ? extends StepResult> step) {}

    /**
     * How a step of the run ended.
     *
     * @param summary one line with its result or root cause
     */
    public record Ended(String step, Outcome outcome, Duration took, String summary) {}

    /**
     * Runs all steps.
     *
     * @return their results in order
     * @throws dev.relevo.report.RelevoException what the step threw that failed
     */
    public List<StepResult> all(StepContext context) {
        EventSink watching = event -> {
            if (event instanceof Event.StepFinished finished) {
                ended.add(new Ended(finished.step(), finished.outcome(), finished.took(), finished.summary()));
            }
            context.events().emit(event);
        };
        StepContext watched = context.withEvents(watching);
        List<StepResult> results = new ArrayList<>();
        for (Stage stage : stages) {
            results.add(stage.step().apply(watched));
        }
        return results;
    }

    /** How every step that was begun ended, also when the run failed. */
    public List<Ended> ended() {
        return List.copyOf(ended);
    }
}
