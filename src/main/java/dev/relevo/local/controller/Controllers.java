package dev.relevo.local.controller;

import dev.relevo.local.store.ObjectStore;
import java.util.List;

/** All controllers of a cluster. */
public final class Controllers implements AutoCloseable {
    private final GarbageCollector garbage;
    private final List<Controller> controllers;

    public Controllers(ObjectStore store, Workers workers, EventRecorder events) {
        this.garbage = new GarbageCollector(store, workers);
        this.controllers = List.of(
                new NamespaceController(store, workers, events),
                new DeploymentController(store, workers, events),
                new ReplicaSetController(store, workers, events),
                new EndpointSliceController(store, workers, events),
                new StatefulSetController(store, workers, events),
                new DaemonSetController(store, workers, events),
                new ClaimController(store, workers, events),
                new JobController(store, workers, events),
                new DisruptionController(store, workers, events));
    }

    /** Begins to reconcile. */
    public void start() {
        garbage.start();
        controllers.forEach(Controller::start);
    }

    @Override
    public void close() {
        controllers.forEach(Controller::close);
        garbage.close();
    }
}
