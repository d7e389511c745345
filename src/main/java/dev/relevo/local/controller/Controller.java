package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A control loop over the objects of one type: keys come from watches, each is reconciled by itself. */
abstract class Controller implements AutoCloseable {
    private static final int PARALLEL = 4;

    /** The store that all is read from and written to. */
    protected final ObjectStore store;

    /** Where what happens is told. */
    protected final EventRecorder events;

    private final ResourceType type;
    private final WorkQueue<ObjectKey> queue;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    Controller(ResourceType type, ObjectStore store, Workers workers, EventRecorder events) {
        this.type = type;
        this.store = store;
        this.events = events;
        this.queue = new WorkQueue<>(type.kind() + " controller", workers, PARALLEL, this::reconcileIfPresent);
    }

    /** Begins to watch. */
    abstract void start();

    /** Brings the world nearer to what the object says. */
    abstract void reconcile(ObjectKey key, ObjectNode object) throws Exception;

    /** The object is gone. */
    void gone(ObjectKey key) {}

    private void reconcileIfPresent(ObjectKey key) throws Exception {
        Optional<ObjectNode> object = store.get(key);
        if (object.isPresent()) {
            reconcile(key, object.get());
        } else {
            gone(key);
        }
    }

    /** Reconciles the objects of the controller's own type when they change. */
    void watchOwn() {
        watches.add(Informer.of(store, type, object -> queue.add(ObjectKey.of(type, object))));
    }

    /** Reconciles the controller of an object of another type when that changes. */
    void watchOwned(ResourceType owned) {
        watch(owned, object -> Meta.controllerOf(object, type).map(List::of).orElse(List.of()));
    }

    /** Reconciles what a changed object of another type concerns. */
    void watch(ResourceType other, Function<ObjectNode, List<ObjectKey>> concerned) {
        watches.add(Informer.of(store, other, object -> concerned.apply(object).forEach(queue::add)));
    }

    void enqueue(ObjectKey key) {
        queue.add(key);
    }

    void enqueueAfter(ObjectKey key, Duration delay) {
        queue.addAfter(key, delay);
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        queue.close();
    }
}
