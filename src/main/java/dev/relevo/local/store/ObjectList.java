package dev.relevo.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The objects of a type as they were at one moment, by namespace and name.
 *
 * @param resourceVersion the moment: a watch from here misses nothing and repeats nothing
 * @param items the objects; never change them
 */
public record ObjectList(long resourceVersion, List<ObjectNode> items) {
    public ObjectList {
        items = List.copyOf(items);
    }
}
