package dev.relevo.local.store;

import java.util.Optional;

/**
 * How to delete.
 *
 * @param gracePeriodSeconds seconds until a pod must be gone; empty: the pod's own; 0: at once
 * @param propagation what becomes of the dependents; empty: the default of the type
 * @param uid delete only this incarnation
 * @param resourceVersion delete only this version
 * @param dryRun check, but change nothing
 */
public record DeleteOptions(
        Optional<Long> gracePeriodSeconds,
        Optional<Propagation> propagation,
        Optional<String> uid,
        Optional<String> resourceVersion,
        boolean dryRun) {

    /** What becomes of the objects that the deleted one owns. */
    public enum Propagation {
        /** They stay and lose their owner reference. */
        ORPHAN,
        /** The garbage collector removes them afterwards. */
        BACKGROUND,
        /** They go first; the owner stays, marked, until they are gone. */
        FOREGROUND
    }

    /** Everything left to the defaults. */
    public static DeleteOptions defaults() {
        return new DeleteOptions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    /** At once, without grace: how a node confirms that a pod has ended. */
    public static DeleteOptions now() {
        return defaults().withGracePeriodSeconds(0);
    }

    public DeleteOptions withGracePeriodSeconds(long seconds) {
        return new DeleteOptions(Optional.of(seconds), propagation, uid, resourceVersion, dryRun);
    }

    public DeleteOptions withPropagation(Propagation policy) {
        return new DeleteOptions(gracePeriodSeconds, Optional.of(policy), uid, resourceVersion, dryRun);
    }

    public DeleteOptions withUid(String expected) {
        return new DeleteOptions(gracePeriodSeconds, propagation, Optional.of(expected), resourceVersion, dryRun);
    }
}
