package dev.relevo.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The rules of the kinds, which every write passes in this order. The object may be changed in place; it is called while
 * the store is locked, so it must be quick and only read.
 */
public interface Admission {
    /** What part of an object a write is meant for. */
    enum Part {
        MAIN,
        STATUS,
        FINALIZERS
    }

    /**
     * A write under way.
     *
     * @param type the type of the object
     * @param before what is stored, empty at a creation
     * @param after what is to be stored; changed in place
     * @param part what the write is meant for
     * @param options how it is written
     */
    record Change(ResourceType type, Optional<ObjectNode> before, ObjectNode after, Part part, WriteOptions options) {}

    /** Fills in the defaults of the kind. */
    void applyDefaults(ResourceType type, ObjectNode object);

    /** Records in managedFields who changed what. */
    void trackFields(Change change);

    /** Takes back what this write may not change and fills in what the server assigns, e.g. a cluster IP. */
    void prepare(Change change, ObjectStore store);

    /**
     * Refuses an invalid object.
     *
     * @throws ApiError 422 with every cause, or 403
     */
    void validate(Change change);

    /** The policy for the dependents when the caller names none. */
    DeleteOptions.Propagation defaultPropagation(ResourceType type);

    /** Whether metadata.generation counts the changes of the type's specification. */
    boolean countsGenerations(ResourceType type);

    /** Whether an update must name the resourceVersion that it was made from. */
    boolean requiresResourceVersion(ResourceType type);
}
