package dev.relevo.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that happened during a run and that somebody watching would want to see. The engine emits events and never
 * prints; the command line decides how they look.
 */
public sealed interface Event {
    /**
     * A pipeline step begins.
     *
     * @param step its command name, e.g. {@code build}
     * @param subject what it works on
     */
    record StepStarted(String step, String subject) implements Event {
        public StepStarted {
            requireName(step);
            Objects.requireNonNull(subject, "subject");
        }
    }

    /**
     * A pipeline step ended.
     *
     * @param summary one line with its result or root cause
     * @param problem why it failed, where that can be told
     */
    record StepFinished(String step, Outcome outcome, Duration took, String summary, Optional<Problem> problem)
            implements Event {
        public StepFinished {
            requireName(step);
            Objects.requireNonNull(outcome, "outcome");
            Objects.requireNonNull(took, "took");
            Objects.requireNonNull(summary, "summary");
            Objects.requireNonNull(problem, "problem");
        }

        /** One of which nothing is to be told but its summary. */
        public StepFinished(String step, Outcome outcome, Duration took, String summary) {
            this(step, outcome, took, summary, Optional.empty());
        }
    }

    /**
     * It is decided what is to be released, and nothing is changed yet.
     *
     * @param release its number within app and namespace
     * @param strategy how the traffic is handed over, as it is written in relevo.yaml
     * @param image {@code repository@sha256:…}
     * @param committedAt when the commit was made whose first delivery this is, where that is known
     */
    record ReleasePlanned(
            int release, String app, String namespace, String strategy, String image, Optional<Instant> committedAt)
            implements Event {}

    /** From here on the traffic moves to the release, or what serves it is changed. */
    record HandOverStarted(int release) implements Event {}

    /**
     * A part of a step begins.
     *
     * @param id stable within the step
     */
    record TaskStarted(String id, String label, TaskKind kind) implements Event {
        public TaskStarted {
            requireName(id);
            requireName(label);
            Objects.requireNonNull(kind, "kind");
        }
    }

    /** What a part of a step is. */
    enum TaskKind {
        /** An operation of a plan that changes the cluster. */
        OPERATION,
        /** A condition that a plan waits for, or that decides whether it goes on. */
        GATE,
        /** What the project wants to be done around a deploy. */
        HOOK,
        /** A part of an image on its way. */
        LAYER,
        /** What is made ready before the work. */
        PREPARATION
    }

    /**
     * How far a task is.
     *
     * @param done units reached, 0 to {@code total}
     * @param total units in all; 0 when unknown
     * @param unit what is counted, e.g. {@code bytes}, {@code replicas}
     * @param detail a few words, may be empty
     */
    record TaskProgress(String id, long done, long total, String unit, String detail) implements Event {
        public TaskProgress {
            requireName(id);
            if (done < 0 || total < 0) {
                throw new IllegalArgumentException("Progress counts from 0, not " + done + "/" + total);
            }
        }
    }

    /**
     * A task ended.
     *
     * @param problem why it failed, where that can be told
     */
    record TaskFinished(
            String id, String label, Outcome outcome, Duration took, String detail, Optional<Problem> problem)
            implements Event {
        public TaskFinished {
            requireName(id);
            requireName(label);
            Objects.requireNonNull(outcome, "outcome");
            Objects.requireNonNull(problem, "problem");
        }

        /** One that did what it was to do, or of which nobody knows why it did not. */
        public TaskFinished(String id, String label, Outcome outcome, Duration took, String detail) {
            this(id, label, outcome, took, detail, Optional.empty());
        }
    }

    /**
     * The candidate has another share of the traffic from now on.
     *
     * @param task the task that saw to it
     * @param by what decides who gets a request, e.g. {@code HTTPRoute/clients}
     * @param percent 0 to 100, as the cluster has confirmed it
     */
    record TrafficShifted(String task, String by, double percent) implements Event {
        public TrafficShifted {
            requireName(task);
            if (!(percent >= 0 && percent <= 100)) {
                throw new IllegalArgumentException("A share is 0 to 100 percent, not " + percent);
            }
        }
    }

    /**
     * The pods of a workload begin to be replaced, or all of them are.
     *
     * @param task the task that waits for it
     * @param workload kind and name
     * @param candidate whether it is the candidate's, and not the app's own
     * @param release whose pods they become; empty when they are of none that has a number
     * @param complete whether all of them are there
     */
    record Rollout(String task, String workload, boolean candidate, OptionalInt release, boolean complete)
            implements Event {
        public Rollout {
            requireName(task);
            requireName(workload);
        }
    }

    /**
     * A version was asked something.
     *
     * @param task the gate that asked
     * @param what the request, e.g. {@code GET /health}
     * @param complaint what is wrong with the answer, or why there was none; empty when it was as expected
     */
    record Answered(String task, String what, Optional<String> complaint) implements Event {
        public Answered {
            requireName(task);
            requireName(what);
        }
    }

    /**
     * What a version's own counters say since its gate began to watch it.
     *
     * @param task the gate
     * @param answers requests that were answered
     * @param errors those of them that failed
     * @param most the largest share of errors that is allowed, 0 to 1
     * @param needed how many answers there must be for a judgement
     */
    record ErrorsCounted(String task, long answers, long errors, double most, long needed) implements Event {
        public ErrorsCounted {
            requireName(task);
            if (errors < 0 || answers < errors) {
                throw new IllegalArgumentException("Errors are a part of the answers, not " + errors + "/" + answers);
            }
        }
    }

    /**
     * A line that a tool or pod printed.
     *
     * @param source who printed it, e.g. {@code maven}
     */
    record Output(String source, String line) implements Event {}

    /** A fact worth a line. */
    record Info(String text) implements Event {}

    /**
     * Something that the user should look at but that stops nothing.
     *
     * @param remedy what to do, may be empty
     * @param place file and line to look at, e.g. {@code k8s/deployment.yaml:1}, where it is known
     */
    record Warning(String text, String remedy, Optional<String> place) implements Event {
        /** A warning about nothing that is written in a file. */
        public Warning(String text, String remedy) {
            this(text, remedy, Optional.empty());
        }
    }

    /**
     * A test that did not pass.
     *
     * @param place file and line, where the report tells
     */
    record TestFailed(String test, String message, Optional<String> place) implements Event {}

    /**
     * A value that a step hands to whoever called, e.g. {@code image}.
     *
     * @param name the same in every run
     */
    record Produced(String name, String value) implements Event {
        public Produced {
            requireName(name);
        }
    }

    /**
     * The run waits for a person.
     *
     * @param release number of the release that waits
     * @param remedy how to end it
     */
    record PersonNeeded(int release, String text, String remedy) implements Event {}

    /** How a step or task ended. */
    enum Outcome {
        DONE,
        UNCHANGED,
        SKIPPED,
        FAILED,
        ROLLED_BACK
    }

    private static void requireName(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("An event needs a name");
        }
    }
}
