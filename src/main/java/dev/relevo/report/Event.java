package dev.relevo.report;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Something that happened during a run and that somebody watching would want to see. The engine emits events and never
 * prints; the command line decides how they look.
 */
public sealed interface Event {
    /** A pipeline step begins. @param step its command name, e.g. {@code build}; @param subject what it works on */
    record StepStarted(String step, String subject) implements Event {
        public StepStarted {
            requireName(step);
            Objects.requireNonNull(subject, "subject");
        }
    }

    /** A pipeline step ended. @param summary one line with its result or root cause */
    record StepFinished(String step, Outcome outcome, Duration took, String summary) implements Event {
        public StepFinished {
            requireName(step);
            Objects.requireNonNull(outcome, "outcome");
            Objects.requireNonNull(took, "took");
            Objects.requireNonNull(summary, "summary");
        }
    }

    /** A part of a step begins: an operation of a plan, a layer, a gate. @param id stable within the step */
    record TaskStarted(String id, String label) implements Event {
        public TaskStarted {
            requireName(id);
            requireName(label);
        }
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

    /** A task ended. */
    record TaskFinished(String id, String label, Outcome outcome, Duration took, String detail) implements Event {
        public TaskFinished {
            requireName(id);
            requireName(label);
            Objects.requireNonNull(outcome, "outcome");
        }
    }

    /** A line that a tool or pod printed. @param source who printed it, e.g. {@code maven} */
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

    /** A test that did not pass. @param place file and line, where the report tells */
    record TestFailed(String test, String message, Optional<String> place) implements Event {}

    /** A value that a step hands to whoever called, e.g. {@code image}. @param name the same in every run */
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
