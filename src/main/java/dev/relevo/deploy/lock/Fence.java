package dev.relevo.deploy.lock;

import dev.relevo.deploy.release.DeployError;

/** What stands before every write: whoever does not hold the lock any more does not write any more. */
public interface Fence {
    /**
     * Lets the write go on only while the lock is ours for certain.
     *
     * @throws dev.relevo.report.RelevoException with {@link DeployError#LOCK_LOST} when it is not
     */
    void check();

    /** Gives the holder a chance to renew; called at least once a second while the engine waits. */
    void keep();

    /** Whether it is known that somebody else has taken the lock, so that there is nothing left to do. */
    default boolean lost() {
        return false;
    }
}
