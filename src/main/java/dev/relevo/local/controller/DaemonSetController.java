package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.util.ArrayList;
import java.util.List;

/** Keeps one pod of each DaemonSet on every node. */
final class DaemonSetController extends Controller {
    private final RevisionedPods pods;

    DaemonSetController(ObjectStore store, Workers workers, EventRecorder events) {
        super(ResourceTypes.DAEMON_SET, store, workers, events);
        this.pods = new RevisionedPods(store, events, "daemonset-controller", ResourceTypes.DAEMON_SET);
    }

    @Override
    void start() {
        watchOwn();
        watchOwned(ResourceTypes.POD);
    }

    private List<ObjectNode> claim(ObjectNode set) {
        return new Adoption(store, ResourceTypes.DAEMON_SET, set).claim(ResourceTypes.POD);
    }

    @Override
    void reconcile(ObjectKey key, ObjectNode set) {
        String revision = RevisionedPods.revision(set);
        boolean rolling =
                !set.at("/spec/updateStrategy/type").asText("RollingUpdate").equals("OnDelete");
        int nodes = 0;
        for (ObjectNode node : store.list(ResourceTypes.NODE, "", LabelSelector.everything())) {
            nodes++;
            if (!Meta.isDeleting(set)) {
                keepOne(set, Meta.name(node), revision, rolling);
            }
        }
        writeStatus(key, set, revision, nodes);
    }

    private void keepOne(ObjectNode set, String node, String revision, boolean rolling) {
        List<ObjectNode> here = new ArrayList<>();
        for (ObjectNode pod : claim(set)) {
            if (pod.path("spec").path("nodeName").asText("").equals(node)) {
                here.add(pod);
            }
        }
        if (here.isEmpty()) {
            ObjectNode pod = pods.fresh(set, revision);
            Meta.child(pod, "spec").put("nodeName", node);
            pods.create(set, pod);
        } else {
            for (ObjectNode pod : here) {
                boolean outdated = rolling && !RevisionedPods.isCurrent(pod, revision);
                if (outdated || Pods.isTerminal(pod) || pod != here.get(0)) {
                    pods.delete(set, pod);
                }
            }
        }
    }

    private void writeStatus(ObjectKey key, ObjectNode set, String revision, int nodes) {
        List<ObjectNode> active = claim(set).stream().filter(Pods::isActive).toList();
        int ready = (int) active.stream().filter(Pods::isReady).count();
        int updated = (int) active.stream()
                .filter(pod -> RevisionedPods.isCurrent(pod, revision))
                .count();
        store.modifyStatus(key, WriteOptions.by("kube-controller-manager"), object -> {
            ObjectNode status = Meta.child(object, "status");
            status.put("desiredNumberScheduled", nodes)
                    .put("currentNumberScheduled", active.size())
                    .put("numberMisscheduled", 0)
                    .put("numberReady", ready)
                    .put(
                            "observedGeneration",
                            set.path("metadata").path("generation").asInt());
            ReplicaSetController.putOrRemove(status, "updatedNumberScheduled", updated);
            ReplicaSetController.putOrRemove(status, "numberAvailable", ready);
            ReplicaSetController.putOrRemove(status, "numberUnavailable", nodes - ready);
            return object;
        });
    }
}
