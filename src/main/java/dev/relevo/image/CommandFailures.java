package dev.relevo.image;

import dev.relevo.project.Command;
import dev.relevo.project.CommandOutcome;
import dev.relevo.report.Problem;
import java.util.List;

/** Tells why a command of a build did not succeed. */
final class CommandFailures {
    private static final int LINES_SHOWN = 15;

    private CommandFailures() {}

    /** Returns when the command succeeded. @param code the failure when the command itself says that it failed */
    static void require(Command command, CommandOutcome outcome, BuildError code) {
        if (outcome.succeeded()) {
            return;
        }
        if (outcome instanceof CommandOutcome.Interrupted) {
            throw BuildFailures.stopped();
        }
        throw problem(command, outcome, code).asException();
    }

    private static Problem problem(Command command, CommandOutcome outcome, BuildError code) {
        if (outcome instanceof CommandOutcome.NotStarted notStarted) {
            return Problem.of(BuildError.PROGRAM_MISSING, "[" + command.words().get(0) + "] cannot be started")
                    .detail(notStarted.reason())
                    .remedy("Install it or put it on the PATH");
        }
        if (outcome instanceof CommandOutcome.TimedOut) {
            return Problem.of(
                            BuildError.TIMED_OUT,
                            "The build ran longer than " + command.timeout().toSeconds() + " s")
                    .details(last(outcome))
                    .remedy("If it needs that long, raise build.timeout in relevo.yaml");
        }
        int status = outcome instanceof CommandOutcome.Exited exited ? exited.status() : 1;
        List<String> lines = last(outcome);
        String cause = lines.stream()
                .filter(line -> line.contains("ERROR") || line.startsWith("e: ") || line.contains("error:"))
                .findFirst()
                .map(line -> ": " + line.replaceFirst("^\\[ERROR]\\s*", "").strip())
                .orElse("");
        return Problem.of(code, "The build failed (" + command.source() + " ended with status " + status + ")" + cause)
                .details(lines)
                .remedy("It is the project's own build that failed: " + command.shown());
    }

    private static List<String> last(CommandOutcome outcome) {
        List<String> lines = outcome.lastLines();
        return lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
    }
}
