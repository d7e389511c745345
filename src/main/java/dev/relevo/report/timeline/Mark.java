package dev.relevo.report.timeline;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;
import java.util.OptionalInt;

/** Something that was seen at one moment of a step. The same as the event of that name, with its time. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Mark.Traffic.class, name = "traffic"),
    @JsonSubTypes.Type(value = Mark.Rollout.class, name = "rollout"),
    @JsonSubTypes.Type(value = Mark.Answer.class, name = "answer"),
    @JsonSubTypes.Type(value = Mark.Errors.class, name = "errors"),
    @JsonSubTypes.Type(value = Mark.Note.class, name = "note"),
})
public sealed interface Mark {
    /** Seconds from the beginning of the step. */
    double at();

    /**
     * The candidate got another share of the traffic.
     *
     * @param percent 0 to 100
     */
    record Traffic(double at, String task, String by, double percent) implements Mark {}

    /** Pods began to be replaced, or all of them were. */
    record Rollout(double at, String task, String workload, boolean candidate, OptionalInt release, boolean complete)
            implements Mark {}

    /**
     * A version was asked something.
     *
     * @param complaint what was wrong with the answer; empty when nothing was
     */
    record Answer(double at, String task, String what, Optional<String> complaint) implements Mark {}

    /**
     * What a version's counters said since its gate began.
     *
     * @param most the largest allowed share of errors, 0 to 1
     */
    record Errors(double at, String task, long answers, long errors, double most, long needed) implements Mark {}

    /**
     * Something that was said.
     *
     * @param remedy what to do about it, may be empty
     */
    record Note(double at, Weight weight, String text, String remedy) implements Mark {}

    /** How much a note matters. */
    enum Weight {
        INFO,
        WARNING,
        WAITING
    }
}
