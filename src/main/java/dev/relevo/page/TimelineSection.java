package dev.relevo.page;

import dev.relevo.report.Event.Outcome;
import dev.relevo.report.Event.TaskKind;
import dev.relevo.report.timeline.Mark;
import dev.relevo.report.timeline.RecordedStep;
import dev.relevo.report.timeline.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What happened when, how long it took and how it ended. */
final class TimelineSection {
    private static final double WIDTH = 240;

    private final Html html;

    TimelineSection(Html html) {
        this.html = html;
    }

    void write(Timeline timeline) {
        List<RecordedStep> steps = timeline.steps();
        html.open("section", "aria-labelledby", "timeline");
        html.element("h2", "What happened", "id", "timeline");
        if (steps.isEmpty()) {
            html.element("p", "No step was begun.").close("section");
            return;
        }
        steps(steps);
        int number = 0;
        for (RecordedStep step : steps) {
            number++;
            if (!step.tasks().isEmpty()) {
                tasks(step, number);
            }
        }
        if (timeline.leftOut() > 0) {
            html.element("p", timeline.leftOut() + " more things happened that were too many to record.");
        }
        html.close("section");
    }

    private void steps(List<RecordedStep> steps) {
        Instant begun = steps.get(0).startedAt();
        double end = steps.stream()
                .mapToDouble(step -> since(begun, step.startedAt()) + step.seconds())
                .max()
                .orElse(0);
        begin("Steps", "result");
        for (RecordedStep step : steps) {
            row(
                    since(begun, step.startedAt()),
                    step.name(),
                    step.outcome(),
                    step.seconds(),
                    end,
                    step.summary().isEmpty() ? step.subject() : step.summary());
        }
        end();
    }

    private void tasks(RecordedStep step, int number) {
        String id = "step-" + number;
        html.element("h3", step.name() + (step.subject().isEmpty() ? "" : " " + step.subject()), "id", id);
        begin("Parts of " + step.name() + ", begun " + Words.moment(step.startedAt()), "what came of it");
        for (RecordedStep.Task task : step.tasks()) {
            row(task.at(), label(task), task.outcome(), task.seconds(), step.seconds(), task.detail());
        }
        end();
    }

    /** What decides whether it goes on is told from what changes something. */
    private static String label(RecordedStep.Task task) {
        boolean gate = task.kind().equals(Optional.of(TaskKind.GATE));
        return (gate ? "◇ gate: " : "") + task.label();
    }

    private void begin(String caption, String last) {
        html.open("div", "class", "wide", "role", "group", "aria-label", "Table, may be wide", "tabindex", "0");
        html.open("table").element("caption", caption);
        html.raw("<thead><tr>");
        for (String head : List.of("after", "what", "outcome", "took")) {
            html.element("th", head, "scope", "col");
        }
        html.element("th", "when", "scope", "col", "class", "bar");
        html.element("th", last, "scope", "col");
        html.raw("</tr></thead><tbody>\n");
    }

    private void end() {
        html.raw("</tbody></table></div>\n");
    }

    private void row(double at, String what, Optional<Outcome> outcome, double took, double end, String detail) {
        html.open("tr", "class", Words.style(outcome));
        html.element("td", Words.seconds(at), "class", "number");
        html.element("th", what, "scope", "row");
        html.element("td", Words.outcome(outcome), "class", "outcome");
        html.element("td", outcome.isEmpty() ? "" : Words.seconds(took), "class", "number");
        html.open("td", "class", "bar");
        bar(at, outcome.isEmpty() ? end - at : took, end, Words.bad(outcome), outcome.isEmpty());
        html.close("td").element("td", detail).close("tr");
    }

    /** The same as the numbers beside it, so it says nothing to who cannot see it. Failed is hollow, open is dashed. */
    private void bar(double at, double took, double end, boolean bad, boolean open) {
        double from = end <= 0 ? 0 : WIDTH * Math.min(1, at / end);
        double width = end <= 0 ? 2 : Math.max(2, Math.min(WIDTH - from, WIDTH * took / end));
        html.open("svg", "width", "240", "height", "14", "viewBox", "0 0 240 14", "aria-hidden", "true");
        html.shape("path", "d", "M0 13.5H240", "stroke", "currentColor", "stroke-opacity", "0.25");
        html.shape(
                "rect",
                "x",
                Words.decimal(Math.min(from, WIDTH - 2)),
                "y",
                "2",
                "width",
                Words.decimal(width),
                "height",
                "10",
                "fill",
                bad || open ? "none" : "currentColor",
                "stroke",
                "currentColor",
                "stroke-width",
                bad ? "2" : "1",
                "stroke-dasharray",
                open ? "3 2" : "none");
        html.close("svg");
    }

    /** Everything that was said, for who wants to know more. */
    void notes(Timeline timeline) {
        boolean none = timeline.steps().stream()
                .flatMap(step -> step.marks().stream())
                .noneMatch(mark -> mark instanceof Mark.Note);
        if (none) {
            return;
        }
        html.open("section", "aria-labelledby", "notes");
        html.element("h2", "What was said", "id", "notes");
        html.open("ul");
        for (RecordedStep step : timeline.steps()) {
            for (Mark mark : step.marks()) {
                if (mark instanceof Mark.Note note) {
                    html.open("li").text(step.name() + ", " + Words.seconds(note.at()) + ": ");
                    if (note.weight() == Mark.Weight.WARNING) {
                        html.element("strong", "warning:").text(" ");
                    } else if (note.weight() == Mark.Weight.WAITING) {
                        html.element("strong", "a person was needed:").text(" ");
                    }
                    html.text(note.text() + (note.remedy().isEmpty() ? "" : " (" + note.remedy() + ")"))
                            .close("li");
                }
            }
        }
        html.close("ul").close("section");
    }

    private static double since(Instant begun, Instant moment) {
        return Math.max(0, Duration.between(begun, moment).toMillis() / 1000.0);
    }
}
