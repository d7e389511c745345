package dev.relevo.project;

import java.util.List;
import java.util.Optional;

/** How a command ended. Only {@link Exited} says what the command itself thought of it. */
public sealed interface CommandOutcome {
    /** The last lines that it printed and that tell something, oldest first, without terminal codes. */
    List<String> lastLines();

    /**
     * It ended by itself.
     *
     * @param status its exit status; 128 and a signal's number when a signal ended it
     * @param firstError the line among all that it printed which says best why it failed, as {@code file:line: message} where
     *     it names a place; it may be there although the command succeeded
     */
    record Exited(int status, List<String> lastLines, Optional<String> firstError) implements CommandOutcome {
        public Exited {
            lastLines = List.copyOf(lastLines);
        }
    }

    /** It was stopped because its time was over. */
    record TimedOut(List<String> lastLines) implements CommandOutcome {
        public TimedOut {
            lastLines = List.copyOf(lastLines);
        }
    }

    /** It was stopped because the thread that waited for it was interrupted, which it still is. */
    record Interrupted(List<String> lastLines) implements CommandOutcome {
        public Interrupted {
            lastLines = List.copyOf(lastLines);
        }
    }

    /**
     * It could not be started.
     *
     * @param reason why, as the operating system says it
     */
    record NotStarted(String reason) implements CommandOutcome {
        @Override
        public List<String> lastLines() {
            return List.of();
        }
    }

    /** Whether it ended by itself and reported success. */
    default boolean succeeded() {
        return this instanceof Exited exited && exited.status() == 0;
    }
}
