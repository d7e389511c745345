package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectList;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.Watch;
import dev.relevo.local.store.WatchEvent;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Tells of the objects of one type: first of all that exist, then of every change. */
public final class Informer {
    private Informer() {}

    /** Calls the consumer with every object that exists or changes (its last state when it is deleted). */
    public static Watch of(ObjectStore store, ResourceType type, Consumer<ObjectNode> consumer) {
        return withPrevious(store, type, (object, previous) -> {
            consumer.accept(object);
            if (object != previous) {
                consumer.accept(previous);
            }
        });
    }

    /** Like {@link #of}, with the object's state before; the same object where there is none. */
    public static Watch withPrevious(
            ObjectStore store, ResourceType type, BiConsumer<ObjectNode, ObjectNode> consumer) {
        ObjectList now = store.snapshot(type, "", LabelSelector.everything());
        now.items().forEach(object -> consumer.accept(object, object));
        return store.watch(type, now.resourceVersion(), event -> {
            if (event.type() != WatchEvent.Type.BOOKMARK) {
                consumer.accept(event.object(), event.previous().orElse(event.object()));
            }
        });
    }
}
