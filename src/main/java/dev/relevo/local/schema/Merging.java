package dev.relevo.local.schema;

import java.util.List;
import java.util.Optional;

/**
 * How two values of a field become one: by server-side apply, which knows owners of single fields, and by a strategic
 * merge patch.
 *
 * @param ownership whether the parts of the value have owners of their own
 * @param keys what identifies an item of a {@link Ownership#MAP}
 * @param strategic whether a strategic merge patch merges the lists instead of replacing
 * @param patchKey what identifies an item of a list in a strategic merge patch; empty for lists of single values
 * @param retainKeys whether a strategic merge patch says with {@code $retainKeys} what stays
 */
public record Merging(
        Ownership ownership, List<String> keys, boolean strategic, Optional<String> patchKey, boolean retainKeys) {
    /** Who owns what of a value. */
    public enum Ownership {
        /** One owner for the whole. */
        ATOMIC,
        /** Every field has its owners. */
        GRANULAR,
        /** A list whose items are identified by keys. */
        MAP,
        /** A list of values, each there once. */
        SET
    }

    /** Structures and dictionaries whose fields are owned one by one. */
    public static final Merging GRANULAR = new Merging(Ownership.GRANULAR, List.of(), false, Optional.empty(), false);

    /** Values that are owned and replaced as a whole. */
    public static final Merging ATOMIC = new Merging(Ownership.ATOMIC, List.of(), false, Optional.empty(), false);

    static final ModelType.Field UNKNOWN_FIELD = new ModelType.Field(ModelType.ANY, GRANULAR);

    public Merging {
        keys = List.copyOf(keys);
        if ((ownership == Ownership.MAP) == keys.isEmpty()) {
            throw new IllegalArgumentException("A list that is a map needs keys, and nothing else has them: " + keys);
        }
    }
}
