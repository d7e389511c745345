package dev.relevo.page;

import dev.relevo.page.RunReport.Project;
import dev.relevo.report.ExitCode;
import dev.relevo.report.timeline.RecordedStep;
import dev.relevo.report.timeline.Timeline;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page of a run: one file that needs no other one, no script and no style to be read. Its style sheet may be refused, as
 * Jenkins does; what matters is in words, and drawings are in the colour of the text.
 */
public final class RunPage {
    private static final String STYLE = "/dev/relevo/page/report.css";

    private final RunReport report;
    private final Timeline timeline;
    private final Html html;

    private RunPage(RunReport report, UnaryOperator<String> masked) {
        this.report = report;
        this.timeline = report.timeline();
        this.html = new Html(masked);
    }

    /**
     * The page as HTML.
     *
     * @param masked the text without secrets
     */
    public static String of(RunReport report, UnaryOperator<String> masked) {
        return new RunPage(report, masked).write();
    }

    private String write() {
        html.raw("<!DOCTYPE html>\n").open("html", "lang", "en").raw("\n<head>\n");
        html.empty("meta", "charset", "utf-8").raw("\n");
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .raw("\n");
        html.empty("meta", "name", "color-scheme", "content", "light dark").raw("\n");
        html.empty("meta", "name", "robots", "content", "noindex").raw("\n");
        html.element("title", subject() + ": " + verdict().words());
        html.raw("<style>\n" + style() + "</style>\n</head>\n<body>\n");
        head();
        html.open("main");
        diagnosis();
        TimelineSection happened = new TimelineSection(html);
        happened.write(timeline);
        if (handsOver()) {
            new HandOverSection(html).write(HandOver.of(timeline));
        }
        int number = 0;
        for (Project project : report.projects()) {
            number++;
            new MadeSection(html).write(project, number == 1 ? "" : number + "-");
        }
        happened.notes(timeline);
        html.close("main");
        html.element("footer", "Made by Relevo from what was recorded in .relevo/ while the run went on.");
        html.raw("</body>\n</html>\n");
        return html.toString();
    }

    private boolean handsOver() {
        return timeline.step("deploy").isPresent() || timeline.step("rollback").isPresent();
    }

    /**
     * How it ended.
     *
     * @param style the class of its colour
     */
    private record Verdict(String words, String style) {}

    private Verdict verdict() {
        if (timeline.failure().isPresent()) {
            return timeline.failure().get().exit() == ExitCode.ROLLED_BACK.number()
                    ? new Verdict("↩ failed and rolled back", "rolled-back")
                    : new Verdict("✘ failed", "failed");
        }
        return timeline.ended() ? new Verdict("✔ done", "done") : new Verdict("… did not come to its end", "open");
    }

    private String subject() {
        String places = timeline.targets().stream()
                .map(target -> target.app() + " to " + target.environment())
                .distinct()
                .collect(Collectors.joining(", "));
        String what = timeline.group()
                .map(name -> "group " + name + " (" + places + ")")
                .orElse(places);
        return "relevo " + timeline.command() + (what.isEmpty() ? "" : ": " + what);
    }

    private void head() {
        Verdict verdict = verdict();
        html.open("header").element("h1", subject());
        html.open("p", "class", "verdict " + verdict.style()).element("strong", verdict.words());
        timeline.failure().ifPresent(failure -> html.text(" " + firstLine(failure.summary())));
        html.close("p").open("dl");
        timeline.targets().stream()
                .map(Timeline.Target::namespace)
                .distinct()
                .reduce((one, other) -> one + ", " + other)
                .ifPresent(names -> fact("namespace", names));
        releases();
        if (!timeline.steps().isEmpty()) {
            RecordedStep first = timeline.steps().get(0);
            html.open("div").element("dt", "begun").open("dd");
            html.element(
                    "time",
                    Words.moment(first.startedAt()),
                    "datetime",
                    first.startedAt().truncatedTo(ChronoUnit.SECONDS).toString());
            html.raw("</dd></div>\n");
            fact("took", Words.seconds(seconds(first.startedAt())));
        }
        html.close("dl").close("header");
    }

    private void releases() {
        boolean several = timeline.releases().size() > 1;
        String numbers = timeline.releases().stream()
                .map(planned -> (several ? planned.app() + " " : "") + planned.number() + ", " + planned.strategy())
                .collect(Collectors.joining("; "));
        if (!numbers.isEmpty()) {
            fact("release", numbers);
        }
    }

    private double seconds(Instant begun) {
        return timeline.steps().stream()
                .mapToDouble(step -> Duration.between(begun, step.startedAt()).toMillis() / 1000.0 + step.seconds())
                .max()
                .orElse(0);
    }

    private void fact(String name, String value) {
        html.open("div").element("dt", name).element("dd", value).close("div");
    }

    private void diagnosis() {
        if (timeline.failure().isEmpty()) {
            return;
        }
        Timeline.Failure failure = timeline.failure().get();
        html.open("section", "aria-labelledby", "diagnosis", "class", "diagnosis");
        html.element("h2", "Why it failed", "id", "diagnosis");
        html.open("p").element("strong", failure.summary()).close("p");
        if (!failure.details().isEmpty()) {
            html.element("h3", "Evidence").open("pre", "tabindex", "0");
            html.text(String.join("\n", failure.details())).raw("</pre>\n");
        }
        failure.remedy().ifPresent(remedy -> html.element("h3", "What to do").element("p", remedy));
        for (String code : codes(failure)) {
            Optional<String> meaning = Explanations.of(code);
            html.element("h3", "What " + code + " means", "id", code.toLowerCase(Locale.ROOT));
            html.raw(meaning.orElse("<p>It has no description.</p>\n"));
            html.element("p", "This is docs/errors.md#" + code.toLowerCase(Locale.ROOT) + ".", "class", "note");
        }
        html.close("section");
    }

    /** What became of it, and what caused it. */
    private static List<String> codes(Timeline.Failure failure) {
        String cause = "Cause: ";
        return Stream.concat(
                        Stream.of(failure.code()),
                        failure.details().stream()
                                .filter(line -> line.matches(cause + "RLV-[0-9]{3}"))
                                .map(line -> line.substring(cause.length())))
                .distinct()
                .toList();
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private static String style() {
        try (InputStream file = RunPage.class.getResourceAsStream(STYLE)) {
            return file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(STYLE, e);
        }
    }
}
