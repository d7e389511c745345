package dev.relevo.report.timeline;

import java.util.List;
import java.util.Optional;

/**
 * What happened in a run, in the order in which it happened.
 *
 * @param apiVersion of its form as a file
 * @param command what was run last, e.g. {@code deploy}
 * @param group the name of the group of projects, if it was one
 * @param targets what was delivered where; one, or one for each member of the group
 * @param releases what was decided to be released, also when that failed
 * @param steps those of this command, behind those of commands before it that it goes on from
 * @param failure why the command failed, if it did
 * @param ended whether the command came to its end
 * @param leftOut how many things were not recorded because there were too many
 */
public record Timeline(
        String apiVersion,
        String command,
        Optional<String> group,
        List<Target> targets,
        List<Planned> releases,
        List<RecordedStep> steps,
        Optional<Failure> failure,
        boolean ended,
        int leftOut) {
    public Timeline {
        targets = List.copyOf(targets);
        releases = List.copyOf(releases);
        steps = List.copyOf(steps);
    }

    /**
     * A release that was decided on.
     *
     * @param image {@code repository@sha256:…}
     */
    public record Planned(String app, int number, String strategy, String image) {}

    /** An app at its place. */
    public record Target(String app, String environment, String namespace) {}

    /**
     * Why a command failed.
     *
     * @param code e.g. {@code RLV-701}
     * @param details evidence, one line each
     * @param exit the exit code
     */
    public record Failure(String code, String summary, List<String> details, Optional<String> remedy, int exit) {
        public Failure {
            details = List.copyOf(details);
        }
    }

    /** The last step of that name. */
    public Optional<RecordedStep> step(String name) {
        return steps.stream().filter(step -> step.name().equals(name)).reduce((first, last) -> last);
    }
}
