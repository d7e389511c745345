package dev.relevo.cli.console;

import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import dev.relevo.report.TerminalCodes;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The lasting lines of an event. Progress has none: it is drawn or said from time to time. */
final class EventText {
    private final boolean colours;

    EventText(boolean colours) {
        this.colours = colours;
    }

    List<String> lines(Event event) {
        if (event instanceof Event.StepStarted step) {
            return List.of(Style.BOLD.apply("==> " + step.step(), colours)
                    + (step.subject().isEmpty() ? "" : " " + step.subject()));
        } else if (event instanceof Event.StepFinished step) {
            return List.of("    " + outcome(step.outcome()) + " " + step.step() + " (" + seconds(step.took()) + ")"
                    + (step.summary().isEmpty() ? "" : ": " + step.summary()));
        } else if (event instanceof Event.TaskFinished task) {
            return List.of("    " + outcome(task.outcome()) + " " + task.label() + " (" + seconds(task.took()) + ")"
                    + (task.detail().isEmpty() ? "" : ": " + task.detail()));
        } else if (event instanceof Event.Output output) {
            String line = colours ? output.line() : TerminalCodes.without(output.line());
            return List.of(Style.DIM.apply("    | ", colours) + line);
        } else if (event instanceof Event.Info info) {
            return List.of("    " + info.text());
        } else if (event instanceof Event.Warning warning) {
            return warning(warning.text(), warning.remedy());
        } else if (event instanceof Event.PersonNeeded needed) {
            return warning(needed.text(), needed.remedy());
        }
        return List.of();
    }

    private List<String> warning(String text, String remedy) {
        String line = Style.YELLOW.apply("    warning: ", colours) + text;
        return remedy.isEmpty() ? List.of(line) : List.of(line, "             what to do: " + remedy);
    }

    /** How far a task is, e.g. {@code 2/3 replicas}. */
    static String progress(Event.TaskProgress progress) {
        StringBuilder text = new StringBuilder();
        if (progress.total() > 0) {
            text.append(amount(progress.done(), progress.unit())).append('/');
            text.append(amount(progress.total(), progress.unit()));
        } else if (progress.done() > 0) {
            text.append(amount(progress.done(), progress.unit()));
        }
        if (!text.isEmpty() && !progress.unit().isEmpty() && !isBytes(progress.unit())) {
            text.append(' ').append(progress.unit());
        }
        if (!progress.detail().isEmpty()) {
            text.append(text.isEmpty() ? "" : ", ").append(progress.detail());
        }
        return text.toString();
    }

    /** Seconds with one decimal; minutes from one minute on. */
    static String seconds(Duration time) {
        if (time.toMinutes() >= 1) {
            return time.toMinutes() + "m" + String.format(Locale.ROOT, "%02ds", time.toSecondsPart());
        }
        return String.format(Locale.ROOT, "%.1fs", time.toMillis() / 1000.0);
    }

    private static String amount(long amount, String unit) {
        if (!isBytes(unit)) {
            return Long.toString(amount);
        }
        return amount < 1_000_000
                ? String.format(Locale.ROOT, "%.0f kB", amount / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", amount / 1e6);
    }

    private static boolean isBytes(String unit) {
        return unit.equals("bytes");
    }

    private String outcome(Outcome outcome) {
        return switch (outcome) {
            case DONE -> Style.GREEN.apply("done", colours);
            case UNCHANGED -> Style.GREEN.apply("unchanged", colours);
            case SKIPPED -> Style.DIM.apply("skipped", colours);
            case FAILED -> Style.RED.apply("FAILED", colours);
            case ROLLED_BACK -> Style.RED.apply("ROLLED BACK", colours);
        };
    }
}
