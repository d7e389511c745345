package dev.relevo.page;

import dev.relevo.report.Event.Outcome;
import dev.relevo.report.timeline.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Who had the traffic, and how well it was answered. */
final class HandOverSection {
    private final Html html;

    HandOverSection(Html html) {
        this.html = html;
    }

    void write(List<HandOver> all) {
        html.open("section", "aria-labelledby", "hand-over");
        html.element("h2", "Hand-over", "id", "hand-over");
        if (all.isEmpty()) {
            html.element("p", "Nothing was measured: the run did not come as far as handing traffic over.");
        }
        int number = 0;
        for (HandOver one : all) {
            number++;
            if (!one.member().isEmpty()) {
                html.element("h3", one.member());
            }
            shares(one, "share-" + number);
            errors(one, "errors-" + number);
            moments(one);
        }
        html.close("section");
    }

    private static String of(HandOver one) {
        return one.member().isEmpty() ? "" : " of " + one.member();
    }

    private static Optional<Double> failure(HandOver one) {
        return one.tasks().stream()
                .filter(task -> task.outcome().equals(Optional.of(Outcome.FAILED)))
                .map(task -> task.at() + task.seconds())
                .findFirst();
    }

    private void shares(HandOver one, String id) {
        if (one.shares().isEmpty()) {
            html.element("p", "The share of the traffic was not measured.");
            return;
        }
        html.element(one.member().isEmpty() ? "h3" : "h4", "Share of the traffic that the new version had" + of(one));
        Plot plot = Plot.begin(html, id, sentence(one), one.seconds(), 100);
        OptionalDouble before = OptionalDouble.empty();
        for (HandOver.Piece piece : one.shares()) {
            if (piece.percent().isPresent()) {
                double percent = piece.percent().getAsDouble();
                plot.held(piece.from(), piece.until(), percent);
                before.ifPresent(last -> plot.jump(piece.from(), last, percent));
            } else {
                plot.unknown(id, piece.from(), piece.until());
            }
            before = piece.percent();
        }
        failure(one).ifPresent(plot::failed);
        plot.end();
        boolean gaps = one.shares().stream().anyMatch(piece -> piece.percent().isEmpty());
        if (gaps) {
            html.element(
                    "p",
                    "Hatched: pods were being made or replaced, and nothing measured what share the new ones had.",
                    "class",
                    "note");
        }
    }

    private static String sentence(HandOver one) {
        List<String> parts = new ArrayList<>();
        for (HandOver.Piece piece : one.shares()) {
            String share =
                    piece.percent().isPresent() ? Words.percent(piece.percent().getAsDouble()) : "not measured";
            parts.add(share + " from " + Words.seconds(piece.from()) + " to " + Words.seconds(piece.until()));
        }
        return "Share of the new version" + of(one) + ": " + String.join(", ", parts);
    }

    private void errors(HandOver one, String id) {
        Map<String, List<Mark.Errors>> gates = one.readings();
        List<Mark.Answer> answers = one.answers();
        html.element(one.member().isEmpty() ? "h3" : "h4", "Errors" + of(one));
        if (gates.isEmpty() && answers.isEmpty()) {
            html.element(
                    "p",
                    "Not measured: no check asked the new version anything (verify.http) and none read its counters (verify.metrics).");
            return;
        }
        long wrong = answers.stream()
                .filter(answer -> answer.complaint().isPresent())
                .count();
        String checks = answers.isEmpty()
                ? "No check asked the new version anything."
                : Words.count(answers.size(), "request", "requests") + " of checks, " + wrong
                        + " not answered as expected.";
        String counters = gates.isEmpty()
                ? " What users met was not measured: verify.metrics is not set."
                : " The new version's own counters: "
                        + Words.count(gates.size(), "gate", "gates") + ", the last reading said "
                        + said(last(gates)) + ".";
        if (gates.isEmpty()) {
            html.element("p", checks + counters);
            return;
        }
        double most = Math.max(1, top(gates));
        Plot plot = Plot.begin(html, id, checks + counters, one.seconds(), most);
        gates.values().stream()
                .flatMap(List::stream)
                .mapToDouble(reading -> 100 * reading.most())
                .distinct()
                .forEach(bound -> plot.bound(bound, "at most " + Words.percent(bound)));
        gates.values().forEach(readings -> gate(plot, readings));
        for (Mark.Answer answer : answers) {
            plot.answer(answer.at(), answer.complaint().isEmpty());
        }
        failure(one).ifPresent(plot::failed);
        plot.end();
        html.element("p", checks + counters, "class", "note");
        html.element(
                "p",
                "A disc is a reading, or on the line of 0 % an answer to a check, as it should be; a cross is one that is not."
                        + " The dashed line is the largest share of errors that is allowed.",
                "class",
                "note");
    }

    private static Mark.Errors last(Map<String, List<Mark.Errors>> gates) {
        List<Mark.Errors> all = gates.values().stream().flatMap(List::stream).toList();
        return all.get(all.size() - 1);
    }

    private static double top(Map<String, List<Mark.Errors>> gates) {
        double most = gates.values().stream()
                .flatMap(List::stream)
                .mapToDouble(reading -> Math.max(share(reading), 200 * reading.most()))
                .max()
                .orElse(0);
        return Math.min(100, most);
    }

    private static void gate(Plot plot, List<Mark.Errors> readings) {
        for (int i = 0; i < readings.size(); i++) {
            Mark.Errors reading = readings.get(i);
            if (reading.answers() > 0) {
                plot.reading(reading.at(), share(reading), share(reading) <= 100 * reading.most());
                if (i > 0 && readings.get(i - 1).answers() > 0) {
                    Mark.Errors before = readings.get(i - 1);
                    plot.between(before.at(), share(before), reading.at(), share(reading));
                }
            }
        }
    }

    private static double share(Mark.Errors reading) {
        return reading.answers() == 0 ? 0 : 100.0 * reading.errors() / reading.answers();
    }

    private static String said(Mark.Errors reading) {
        return reading.errors() + " of " + Words.count(reading.answers(), "request", "requests") + " failed"
                + (reading.answers() == 0 ? "" : " (" + Words.percent(share(reading)) + ")")
                + (reading.answers() < reading.needed() ? ", " + reading.needed() + " are needed" : "");
    }

    private void moments(HandOver one) {
        html.open("div", "class", "wide", "role", "group", "aria-label", "Table, may be wide", "tabindex", "0");
        html.open("table");
        html.element("caption", "What was seen" + of(one));
        html.raw("<thead><tr><th scope=\"col\">after</th><th scope=\"col\">seen</th></tr></thead><tbody>");
        String before = "";
        for (Mark mark : one.marks()) {
            String sentence = sentence(mark);
            if (!sentence.isEmpty() && !sentence.equals(before)) {
                html.open("tr").element("td", Words.seconds(mark.at()), "class", "number");
                html.element("td", sentence).close("tr");
            }
            before = sentence;
        }
        html.raw("</tbody></table></div>\n");
    }

    private static String sentence(Mark mark) {
        if (mark instanceof Mark.Traffic traffic) {
            return "The candidate has " + Words.percent(traffic.percent()) + " of the traffic (" + traffic.by() + ")";
        } else if (mark instanceof Mark.Rollout rollout) {
            return rollout.workload()
                    + (rollout.complete() ? ": all pods are " : ": pods are becoming ")
                    + (rollout.release().isPresent()
                            ? "those of release " + rollout.release().getAsInt()
                            : "those of its template")
                    + (rollout.candidate() ? " (candidate)" : "");
        } else if (mark instanceof Mark.Answer answer) {
            return answer.complaint()
                    .map(why -> "✘ " + answer.what() + ": " + why)
                    .orElse("✔ " + answer.what() + ": as expected");
        } else if (mark instanceof Mark.Errors errors) {
            boolean bad = errors.answers() > 0 && share(errors) > 100 * errors.most();
            return (bad ? "✘ " : errors.answers() < errors.needed() ? "… " : "✔ ") + "counters: " + said(errors);
        }
        return "";
    }
}
