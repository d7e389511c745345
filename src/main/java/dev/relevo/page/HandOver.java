package dev.relevo.page;

import dev.relevo.report.timeline.Mark;
import dev.relevo.report.timeline.RecordedStep;
import dev.relevo.report.timeline.Timeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What was measured while one app was handed over.
 *
 * @param member its name in the group; empty when it is alone
 * @param seconds how long the step took
 * @param shares the new version's share of the traffic, one after the other
 * @param marks what was seen, in order
 * @param tasks the operations, in order
 */
record HandOver(String member, double seconds, List<Piece> shares, List<Mark> marks, List<RecordedStep.Task> tasks) {
    /** Seconds below which nobody could see that nothing was measured. */
    private static final double SHORTEST = 0.05;

    HandOver {
        shares = List.copyOf(shares);
        marks = List.copyOf(marks);
        tasks = List.copyOf(tasks);
    }

    /**
     * A time with one share.
     *
     * @param percent 0 to 100; empty while pods were replaced and nothing measured what they got
     */
    record Piece(double from, double until, OptionalDouble percent) {}

    /** Whose pods the app's own workload has. */
    private enum Own {
        OLD,
        CHANGING,
        NEW
    }

    /** One for each app that something was measured of. */
    static List<HandOver> of(Timeline timeline) {
        Optional<RecordedStep> step = timeline.step("rollback").or(() -> timeline.step("deploy"));
        if (step.isEmpty()) {
            return List.of();
        }
        boolean together = timeline.group().isPresent();
        Map<String, List<Mark>> marks = new LinkedHashMap<>();
        for (Mark mark : step.get().marks()) {
            task(mark)
                    .ifPresent(task -> marks.computeIfAbsent(together ? member(task) : "", name -> new ArrayList<>())
                            .add(mark));
        }
        List<HandOver> all = new ArrayList<>();
        marks.forEach((member, seen) -> all.add(new HandOver(
                member,
                step.get().seconds(),
                shares(seen, step.get().seconds()),
                seen,
                step.get().tasks().stream()
                        .filter(task -> !together || member(task.id()).equals(member))
                        .toList())));
        return all;
    }

    private static Optional<String> task(Mark mark) {
        if (mark instanceof Mark.Traffic traffic) {
            return Optional.of(traffic.task());
        } else if (mark instanceof Mark.Rollout rollout) {
            return Optional.of(rollout.task());
        } else if (mark instanceof Mark.Answer answer) {
            return Optional.of(answer.task());
        } else if (mark instanceof Mark.Errors errors) {
            return Optional.of(errors.task());
        }
        return Optional.empty();
    }

    private static String member(String task) {
        int slash = task.indexOf('/');
        return slash < 0 ? "" : task.substring(0, slash);
    }

    /** What the candidate does not have goes to the app's own pods, which are the new version from some moment on. */
    private static List<Piece> shares(List<Mark> marks, double end) {
        OptionalInt fresh = marks.stream()
                .filter(mark -> mark instanceof Mark.Rollout)
                .map(mark -> ((Mark.Rollout) mark).release())
                .filter(OptionalInt::isPresent)
                .findFirst()
                .orElse(OptionalInt.empty());
        List<Piece> pieces = new ArrayList<>();
        double candidate = 0;
        Own own = Own.OLD;
        double since = 0;
        boolean known = false;
        for (Mark mark : marks) {
            boolean shifts = mark instanceof Mark.Traffic;
            boolean replaces = mark instanceof Mark.Rollout rollout && !rollout.candidate();
            if (!shifts && !replaces) {
                continue;
            }
            if (known) {
                add(pieces, since, mark.at(), share(candidate, own));
            }
            if (mark instanceof Mark.Traffic traffic) {
                candidate = traffic.percent();
            } else if (mark instanceof Mark.Rollout rollout) {
                boolean isFresh = fresh.isPresent() && rollout.release().equals(fresh);
                own = !rollout.complete() ? Own.CHANGING : isFresh ? Own.NEW : Own.OLD;
            }
            known = true;
            since = mark.at();
        }
        if (known) {
            add(pieces, since, end, share(candidate, own));
        }
        return pieces;
    }

    private static OptionalDouble share(double candidate, Own own) {
        return switch (own) {
            case OLD -> OptionalDouble.of(candidate);
            case NEW -> OptionalDouble.of(100);
            case CHANGING -> candidate >= 100 ? OptionalDouble.of(100) : OptionalDouble.empty();
        };
    }

    /** Pieces of the same share are one. */
    private static void add(List<Piece> pieces, double from, double until, OptionalDouble percent) {
        if (!pieces.isEmpty()) {
            Piece last = pieces.get(pieces.size() - 1);
            if (last.percent().equals(percent)) {
                pieces.set(pieces.size() - 1, new Piece(last.from(), until, percent));
                return;
            }
        }
        if (percent.isPresent() || until - from >= SHORTEST) {
            pieces.add(new Piece(from, until, percent));
        }
    }

    /** Readings of counters, by gate. */
    Map<String, List<Mark.Errors>> readings() {
        Map<String, List<Mark.Errors>> gates = new LinkedHashMap<>();
        for (Mark mark : marks) {
            if (mark instanceof Mark.Errors errors) {
                gates.computeIfAbsent(errors.task(), task -> new ArrayList<>()).add(errors);
            }
        }
        return gates;
    }

    /** Answers to checks. */
    List<Mark.Answer> answers() {
        return marks.stream()
                .filter(mark -> mark instanceof Mark.Answer)
                .map(mark -> (Mark.Answer) mark)
                .toList();
    }
}
