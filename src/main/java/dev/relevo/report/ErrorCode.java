package dev.relevo.report;

/**
 * A stable name for one kind of failure, such as {@code RLV-101}. Each package lists its own in an enum; every code has a
 * section of that name in {@code docs/errors.md}.
 */
public interface ErrorCode {
    /** The code itself, {@code RLV-} and three digits. It never changes its meaning. */
    String id();

    /** The exit code that a run ends with when this failure is its root cause. */
    ExitCode exit();
}
