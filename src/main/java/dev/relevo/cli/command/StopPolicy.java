package dev.relevo.cli.command;

import java.util.concurrent.atomic.AtomicBoolean;

/** What a stop from outside means for the command that runs: usually that it ends soon, in a state that is safe to stay in. */
public final class StopPolicy {
    private final AtomicBoolean finishing = new AtomicBoolean();

    /** Whether what runs is to come to its end first. */
    public boolean finishes() {
        return finishing.get();
    }

    /** From now on what runs comes to its end first, or does not any more. */
    void finish(boolean first) {
        finishing.set(first);
    }
}
