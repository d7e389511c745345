package dev.relevo.local.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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

    /** An object that is there when a watch begins. */
    static WatchEvent present(ObjectNode object) {
        return new WatchEvent(
                Type.ADDED,
                object,
                Optional.empty(),
                object.path("metadata").path("resourceVersion").asLong());
    }

    /** The assurance that nothing up to the given version is missing. */
    static WatchEvent bookmark(ResourceType type, long resourceVersion) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("kind", type.kind()).put("apiVersion", type.apiVersion());
        object.putObject("metadata").put("resourceVersion", Long.toString(resourceVersion));
        return new WatchEvent(Type.BOOKMARK, object, Optional.empty(), resourceVersion);
    }
}
