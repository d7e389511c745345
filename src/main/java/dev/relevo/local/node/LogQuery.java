package dev.relevo.local.node;

import java.time.Instant;
import java.util.Optional;

/**
 * Which part of a log is wanted.
 *
 * @param follow go on until the container ends
 * @param timestamps put the time before every line
 * @param tailLines only so many of the last lines
 * @param since only lines written then or later
 * @param limitBytes stop after so many bytes
 */
public record LogQuery(
        boolean follow,
        boolean timestamps,
        Optional<Long> tailLines,
        Optional<Instant> since,
        Optional<Long> limitBytes) {
    public LogQuery {
        if (tailLines.filter(lines -> lines < 0).isPresent()) {
            throw new IllegalArgumentException("tailLines [" + tailLines.get() + "] must be 0 or more");
        }
        if (limitBytes.filter(bytes -> bytes < 1).isPresent()) {
            throw new IllegalArgumentException("limitBytes [" + limitBytes.get() + "] must be 1 or more");
        }
    }

    /** The whole log as it is now. */
    public static LogQuery whole() {
        return new LogQuery(false, false, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
