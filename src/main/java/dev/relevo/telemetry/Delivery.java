package dev.relevo.telemetry;

import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a run has come to for one app.
 *
 * @param target where it goes
 * @param plan what was to be released; empty when it did not come so far
 * @param steps the steps that ended, in their order
 * @param handOver when what users get changed; empty when it did not
 * @param requests what the candidate's own counters said; empty when nobody asked them
 */
record Delivery(
        Target target,
        Optional<Plan> plan,
        List<Step> steps,
        Optional<HandOver> handOver,
        Optional<Requests> requests) {
    Delivery {
        steps = List.copyOf(steps);
    }

    /** An app, its environment in relevo.yaml and its namespace. */
    record Target(String app, String environment, String namespace) {}

    /**
     * What was to be released.
     *
     * @param image {@code repository@sha256:…}
     * @param committedAt when its commit was made
     */
    record Plan(int release, String strategy, String image, Optional<Instant> committedAt) {
        static Plan of(Event.ReleasePlanned event) {
            return new Plan(event.release(), event.strategy(), event.image(), event.committedAt());
        }

        /** The image's digest; empty for one that is named by a tag. */
        Optional<String> digest() {
            int at = image.indexOf('@');
            return at < 0 ? Optional.empty() : Optional.of(image.substring(at + 1));
        }
    }

    /** A step that ended. */
    record Step(String name, Outcome outcome, Duration took) {}

    /** From the first change that users could notice to the last. */
    record HandOver(Instant start, Instant end) {}

    /** Requests that were answered, and those of them that failed. */
    record Requests(long answers, long errors) {}

    /** From the commit until users had it; empty where nobody knows of the commit, or nothing was handed over. */
    Optional<Duration> leadTime() {
        return plan.flatMap(Plan::committedAt)
                .flatMap(commit -> handOver.map(time -> Duration.between(commit, time.end())))
                .filter(time -> !time.isNegative());
    }

    /** Whether a release was planned and nothing was to be done for it. */
    boolean unchanged() {
        return plan.isPresent() && handOver.isEmpty();
    }
}
