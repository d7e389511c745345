package dev.relevo.local.store;

/**
 * How to write.
 *
 * @param fieldManager who writes, for managedFields; empty: do not record it
 * @param dryRun do everything but store it
 */
public record WriteOptions(String fieldManager, boolean dryRun) {
    /** Stored, and not recorded in managedFields. */
    public static final WriteOptions NONE = new WriteOptions("", false);

    /** A write that is recorded as done by the given manager. */
    public static WriteOptions by(String fieldManager) {
        return new WriteOptions(fieldManager, false);
    }
}
