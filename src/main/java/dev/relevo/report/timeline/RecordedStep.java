package dev.relevo.report.timeline;

import dev.relevo.report.Event.Outcome;
import dev.relevo.report.Event.TaskKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A step as it went.
 *
 * @param name its command name
 * @param subject what it worked on
 * @param seconds how long it took, or how long it had been running when this was written
 * @param outcome how it ended; empty when it did not
 * @param summary one line with its result or root cause
 * @param tasks its parts, in the order in which they began
 * @param marks what was seen meanwhile, in order
 */
public record RecordedStep(
        String name,
        String subject,
        Instant startedAt,
        double seconds,
        Optional<Outcome> outcome,
        String summary,
        List<Task> tasks,
        List<Mark> marks) {
    public RecordedStep {
        tasks = List.copyOf(tasks);
        marks = List.copyOf(marks);
    }

    /**
     * A part of a step: an operation of a plan, a gate, a layer.
     *
     * @param id stable within the step
     * @param kind empty when its beginning was not told
     * @param at seconds from the beginning of the step
     * @param seconds how long it took; 0 when it did not end
     * @param outcome how it ended; empty when it did not
     */
    public record Task(
            String id,
            String label,
            Optional<TaskKind> kind,
            double at,
            double seconds,
            Optional<Outcome> outcome,
            String detail) {}
}
