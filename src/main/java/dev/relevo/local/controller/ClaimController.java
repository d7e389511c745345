package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;

/** Binds every PersistentVolumeClaim at once: the node gives it a directory that outlives its pods. */
final class ClaimController extends Controller {
    ClaimController(ObjectStore store, Workers workers, EventRecorder events) {
        super(ResourceTypes.PERSISTENT_VOLUME_CLAIM, store, workers, events);
    }

    @Override
    void start() {
        watchOwn();
    }

    @Override
    void reconcile(ObjectKey key, ObjectNode claim) {
        if (!claim.at("/status/phase").asText().equals("Bound")) {
            store.modifyStatus(key, WriteOptions.by("kube-controller-manager"), object -> {
                ObjectNode status = Meta.child(object, "status");
                status.put("phase", "Bound");
                status.set("accessModes", object.at("/spec/accessModes").deepCopy());
                status.set("capacity", object.at("/spec/resources/requests").deepCopy());
                return object;
            });
        }
    }
}
