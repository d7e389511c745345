package dev.relevo.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A failure as a person needs it: the fact first (with the value in question), then the evidence, then what to do.
 *
 * @param code which kind of failure
 * @param summary one line: the root cause, naming the value
 * @param details evidence, one line each, most telling first; may be empty
 * @param remedy the next step for the reader, if one is known
 */
public record Problem(ErrorCode code, String summary, List<String> details, Optional<String> remedy) {
    public Problem {
        Objects.requireNonNull(code, "code");
        if (summary.isBlank()) {
            throw new IllegalArgumentException("A problem needs a summary");
        }
        details = List.copyOf(details);
        Objects.requireNonNull(remedy, "remedy");
    }

    /** A problem with only its fact; add to it with {@link #detail} and {@link #remedy(String)}. */
    public static Problem of(ErrorCode code, String summary) {
        return new Problem(code, summary, List.of(), Optional.empty());
    }

    /** This problem with one more line of evidence. */
    public Problem detail(String line) {
        List<String> more = new ArrayList<>(details);
        more.add(line);
        return new Problem(code, summary, more, remedy);
    }

    /** This problem with more lines of evidence. */
    public Problem details(List<String> lines) {
        List<String> more = new ArrayList<>(details);
        more.addAll(lines);
        return new Problem(code, summary, more, remedy);
    }

    /** This problem with its next step. */
    public Problem remedy(String nextStep) {
        return new Problem(code, summary, details, Optional.of(nextStep));
    }

    /** The exception that carries this problem to the command line. */
    public RelevoException asException() {
        return new RelevoException(this);
    }

    /** The exception that carries this problem, with the failure that led to it. */
    public RelevoException asException(Throwable cause) {
        return new RelevoException(this, cause);
    }
}
