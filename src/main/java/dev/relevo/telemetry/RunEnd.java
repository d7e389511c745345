package dev.relevo.telemetry;

import dev.relevo.report.ExitCode;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param command the command, e.g. {@code deploy}
 * @param at when
 * @param took how long it took
 * @param status the process's exit status
 * @param problem why it failed
 */
record RunEnd(String command, Instant at, Duration took, int status, Optional<Problem> problem) {
    /**
     * {@code done}, {@code unchanged}, {@code rolled-back} or {@code failed}.
     *
     * @param unchanged whether there was nothing to do
     */
    String outcome(boolean unchanged) {
        if (problem.isPresent()) {
            return problem.get().code().exit() == ExitCode.ROLLED_BACK ? "rolled-back" : "failed";
        }
        if (status != 0) {
            return "failed";
        }
        return unchanged ? "unchanged" : "done";
    }
}
