package dev.relevo.cli.ci;

import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What became of a command, as Markdown for the page of a run: its steps, what they made, and why it failed. */
public final class RunSummary {
    /** GitHub takes one megabyte for a step. */
    private static final int MOST_LINES = 40;

    private final UnaryOperator<String> masked;
    private final List<Event.StepFinished> steps = new ArrayList<>();
    private final List<Event.TestFailed> tests = new ArrayList<>();
    private final List<Event.Warning> warnings = new ArrayList<>();
    private final Map<String, String> made = new LinkedHashMap<>();
    private Optional<Problem> problem = Optional.empty();

    /** @param masked the text without secrets; asked before Markdown's signs are escaped, with which a secret looks different */
    public RunSummary(UnaryOperator<String> masked) {
        this.masked = masked;
    }

    /** Takes from the event what belongs here. */
    public void add(Event event) {
        if (event instanceof Event.StepFinished step) {
            steps.add(step);
        } else if (event instanceof Event.TestFailed test) {
            tests.add(test);
        } else if (event instanceof Event.Warning warning) {
            warnings.add(warning);
        } else if (event instanceof Event.Produced value) {
            made.put(value.name(), value.value());
        }
    }

    /** Why the command failed. */
    public void failed(Problem why) {
        problem = Optional.of(why);
    }

    /** The text; empty when no step was begun and nothing failed. */
    public Optional<String> markdown() {
        if (steps.isEmpty() && problem.isEmpty()) {
            return Optional.empty();
        }
        List<String> lines = new ArrayList<>();
        lines.add("### Relevo: " + (problem.isEmpty() ? "done" : "failed"));
        lines.add("");
        steps(lines);
        made(lines);
        problem.ifPresent(why -> cause(why, lines));
        tests(lines);
        warnings(lines);
        return Optional.of(String.join("\n", lines) + "\n");
    }

    private void steps(List<String> lines) {
        if (steps.isEmpty()) {
            return;
        }
        lines.add("| step | outcome | time | result |");
        lines.add("| --- | --- | --- | --- |");
        for (Event.StepFinished step : steps) {
            String outcome = step.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            lines.add("| " + step.step() + " | " + outcome + " | " + seconds(step.took()) + " | " + text(step.summary())
                    + " |");
        }
        Duration all = steps.stream().map(Event.StepFinished::took).reduce(Duration.ZERO, Duration::plus);
        lines.add("| all | | " + seconds(all) + " | |");
        lines.add("");
    }

    private void made(List<String> lines) {
        made.forEach((name, value) -> lines.add("- " + name + ": " + code(value)));
        if (!made.isEmpty()) {
            lines.add("");
        }
    }

    private void cause(Problem why, List<String> lines) {
        lines.add("**" + why.code().id() + "** " + text(why.summary()));
        lines.add("");
        if (!why.details().isEmpty()) {
            String fence = "~~~~";
            lines.add(fence);
            why.details().stream()
                    .flatMap(String::lines)
                    .limit(MOST_LINES)
                    .map(line -> masked.apply(line).replace(fence, "~ ~ ~ ~"))
                    .forEach(lines::add);
            lines.add(fence);
            lines.add("");
        }
        why.remedy().ifPresent(remedy -> {
            lines.add("What to do: " + text(remedy));
            lines.add("");
        });
    }

    private void tests(List<String> lines) {
        if (tests.isEmpty()) {
            return;
        }
        lines.add("| failed test | message | where |");
        lines.add("| --- | --- | --- |");
        tests.stream()
                .limit(MOST_LINES)
                .forEach(test -> lines.add("| " + text(test.test()) + " | " + text(test.message()) + " | "
                        + test.place().map(this::code).orElse("") + " |"));
        lines.add("");
    }

    private void warnings(List<String> lines) {
        warnings.stream()
                .limit(MOST_LINES)
                .forEach(warning -> lines.add("- warning: " + text(warning.text())
                        + (warning.remedy().isEmpty() ? "" : " " + text(warning.remedy()))));
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    /** One line that neither ends a cell nor is taken for HTML or Markdown. */
    private String text(String raw) {
        return masked.apply(raw)
                .replaceAll("\\R", " ")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replaceAll("([\\\\`*_\\[\\]|~#])", "\\\\$1");
    }

    private String code(String raw) {
        return "`" + masked.apply(raw).replaceAll("\\R", " ").replace("`", "'").replace("|", "\\|") + "`";
    }
}
