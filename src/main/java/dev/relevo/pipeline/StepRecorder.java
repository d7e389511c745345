package dev.relevo.pipeline;

import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs a step so that its beginning and end are announced and its result, or its failure, is on disk afterwards. */
public final class StepRecorder {
    private StepRecorder() {}

    /**
     * How a step ended.
     *
     * @param result what it hands on; a failed step may have counted something, too
     * @param outcome how it went
     * @param summary one line for the person watching
     * @param problem why it failed; the recorder throws it once it is written down
     */
    public record Ended<T extends StepResult>(
            T result, Event.Outcome outcome, String summary, Optional<Problem> problem) {
        /** Ended well. */
        public static <T extends StepResult> Ended<T> done(T result, String summary) {
            return new Ended<>(result, Event.Outcome.DONE, summary, Optional.empty());
        }

        /** Ended well, with nothing to do. */
        public static <T extends StepResult> Ended<T> unchanged(T result, String summary) {
            return new Ended<>(result, Event.Outcome.UNCHANGED, summary, Optional.empty());
        }

        /** Ended badly, but with something to tell. */
        public static <T extends StepResult> Ended<T> failed(T result, Problem problem) {
            return new Ended<>(result, Event.Outcome.FAILED, problem.summary(), Optional.of(problem));
        }
    }

    /**
     * Runs the work of one step.
     *
     * @param subject what the step works on, for the person watching
     * @throws RelevoException what the work throws or hands over as its problem
     */
    public static <T extends StepResult> T run(
            StepContext context, String step, String subject, Supplier<Ended<T>> work) {
        StepResults results = StepResults.of(context.project());
        results.folder();
        results.forget(step);
        Instant startedAt = Instant.now();
        long start = System.nanoTime();
        context.events().emit(new Event.StepStarted(step, subject));
        Ended<T> ended;
        try {
            ended = work.get();
        } catch (RelevoException e) {
            finish(context, results, run(step, Event.Outcome.FAILED, startedAt, start), Optional.empty(), e.problem());
            throw e;
        }
        StepResults.Run run = run(step, ended.outcome(), startedAt, start);
        if (ended.problem().isPresent()) {
            Problem problem = ended.problem().get();
            finish(context, results, run, Optional.of(ended.result()), problem);
            throw problem.asException();
        }
        results.write(run, Optional.of(ended.result()), Optional.empty());
        context.events().emit(new Event.StepFinished(step, run.outcome(), run.took(), ended.summary()));
        return ended.result();
    }

    private static void finish(
            StepContext context,
            StepResults results,
            StepResults.Run run,
            Optional<? extends StepResult> result,
            Problem problem) {
        context.events()
                .emit(new Event.StepFinished(
                        run.step(), run.outcome(), run.took(), problem.summary(), Optional.of(problem)));
        results.write(run, result, Optional.of(problem));
    }

    private static StepResults.Run run(String step, Event.Outcome outcome, Instant startedAt, long startNanos) {
        return new StepResults.Run(step, outcome, startedAt, Duration.ofNanos(System.nanoTime() - startNanos));
    }
}
