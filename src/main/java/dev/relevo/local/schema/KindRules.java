package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import dev.relevo.local.store.ObjectStore;

/** What is particular to one kind; a kind without rules of its own is stored as it is. */
interface KindRules {
    /** The rules of a kind that has none. */
    KindRules NONE = new KindRules() {};

    /** Fills in the defaults. */
    default void applyDefaults(ObjectNode object) {}

    /** Takes back what the write may not change and fills in what the server assigns. */
    default void prepare(Admission.Change change, ObjectStore store) {}

    /** Collects what is wrong. */
    default void validate(Admission.Change change, FieldErrors errors) {}
}
