package dev.relevo.image;

import dev.relevo.project.Command;
import dev.relevo.project.CommandOutcome;
import dev.relevo.report.Problem;
import java.util.List;
import java.util.Optional;

/** Tells why a command of a build did not succeed. */
final class CommandFailures {
    private static final int LINES_SHOWN = 15;

    private CommandFailures() {}

    /**
     * Returns when the command succeeded.
     *
     * @param code the failure when the command itself says that it failed
     */
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
        String what = command.source() + " ended with status " + status;
        return firstError(outcome)
                .map(cause -> Problem.of(code, "The build failed: " + cause).detail(what + ":"))
                .orElseGet(() -> Problem.of(code, "The build failed: " + what))
                .details(lines)
                .remedy("It is the project's own build that failed: " + command.shown());
    }

    private static Optional<String> firstError(CommandOutcome outcome) {
        return outcome instanceof CommandOutcome.Exited exited ? exited.firstError() : Optional.empty();
    }

    private static List<String> last(CommandOutcome outcome) {
        List<String> lines = outcome.lastLines();
        return lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
    }
}
