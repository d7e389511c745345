package dev.relevo.local.schema;

import dev.relevo.local.store.Admission;

/** Records who changed which fields. */
@FunctionalInterface
public interface FieldTracker {
    /** A tracker that records nothing. */
    FieldTracker NONE = change -> {};

    /** Brings {@code metadata.managedFields} of the new object up to date; the write's manager is not empty. */
    void track(Admission.Change change);
}
