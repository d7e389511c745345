package dev.relevo.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * One change of one object.
 *
 * @param type what happened
 * @param object the object after the change, or its last state when it was deleted; a bookmark carries only
 *     {@code metadata.resourceVersion}. Never change it.
 * @param previous the object before the change, where there was one
 * @param resourceVersion the store's version after the change
 */
public record WatchEvent(Type type, ObjectNode object, Optional<ObjectNode> previous, long resourceVersion) {
    /** The names that the watch protocol uses. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED,
        BOOKMARK
    }
}
