package dev.relevo.local.environment;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a local environment is.
 *
 * @param state whether it runs
 * @param directory where it keeps everything
 * @param running where it can be reached, when it runs
 */
public record LocalStatus(State state, Path directory, Optional<RunningEnvironment> running) {
    /** The states of an environment. */
    public enum State {
        RUNNING,
        STOPPED,
        /** Its process ended without being told to; the next start cleans up. */
        DIED
    }
}
