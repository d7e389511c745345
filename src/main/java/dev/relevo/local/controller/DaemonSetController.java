package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps one pod of each DaemonSet on every node, and rolls them as their update strategy says. */
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
        if (!Meta.isDeleting(set)) {
            act(set);
        }
        writeStatus(key, set);
    }

    /** The pods of every node, nodes without one included, the oldest first. */
    private Map<String, List<ObjectNode>> byNode(ObjectNode set) {
        Map<String, List<ObjectNode>> byNode = new TreeMap<>();
        for (ObjectNode node : store.list(ResourceTypes.NODE, "", LabelSelector.everything())) {
            byNode.put(Meta.name(node), new ArrayList<>());
        }
        claim(set).stream()
                .sorted(Comparator.comparing(Meta::created))
                .forEach(pod -> byNode.computeIfAbsent(
                                pod.path("spec").path("nodeName").asText(""), gone -> new ArrayList<>())
                        .add(pod));
        return byNode;
    }

    private void act(ObjectNode set) {
        String revision = RevisionedPods.revision(set);
        Map<String, List<ObjectNode>> active = new TreeMap<>();
        byNode(set).forEach((node, here) -> {
            here.stream().filter(Pods::isTerminal).forEach(pod -> pods.delete(set, pod));
            List<ObjectNode> alive = here.stream().filter(Pods::isActive).toList();
            active.put(node, alive);
            // A pod that is still stopping keeps its node.
            if (here.isEmpty()) {
                create(set, node, revision);
            }
            dropDoubles(set, alive, revision);
        });
        if (set.at("/spec/updateStrategy/type").asText("RollingUpdate").equals("OnDelete")) {
            return;
        }
        DaemonUpdate update = DaemonUpdate.of(
                set, active, pod -> RevisionedPods.isCurrent(pod, revision), pod -> isAvailable(set, pod));
        update.delete().forEach(pod -> pods.delete(set, pod));
        update.create().forEach(node -> create(set, node, revision));
    }

    /** Of each template the oldest pod stays. */
    private void dropDoubles(ObjectNode set, List<ObjectNode> alive, String revision) {
        for (boolean current : new boolean[] {true, false}) {
            alive.stream()
                    .filter(pod -> RevisionedPods.isCurrent(pod, revision) == current)
                    .skip(1)
                    .forEach(pod -> pods.delete(set, pod));
        }
    }

    private void create(ObjectNode set, String node, String revision) {
        ObjectNode pod = pods.fresh(set, revision);
        Meta.child(pod, "spec").put("nodeName", node);
        pods.create(set, pod);
    }

    private boolean isAvailable(ObjectNode set, ObjectNode pod) {
        boolean available =
                Pods.isAvailable(pod, set.path("spec").path("minReadySeconds").asLong(0));
        if (!available && Pods.isReady(pod)) {
            enqueueAfter(ObjectKey.of(ResourceTypes.DAEMON_SET, set), Duration.ofSeconds(1));
        }
        return available;
    }

    /** As Kubernetes counts: of each node the oldest pod. */
    private void writeStatus(ObjectKey key, ObjectNode set) {
        String revision = RevisionedPods.revision(set);
        Map<String, List<ObjectNode>> byNode = byNode(set);
        List<ObjectNode> oldest = byNode.values().stream()
                .flatMap(here -> here.stream().filter(Pods::isActive).limit(1))
                .toList();
        int ready = (int) oldest.stream().filter(Pods::isReady).count();
        int available =
                (int) oldest.stream().filter(pod -> isAvailable(set, pod)).count();
        int updated = (int) oldest.stream()
                .filter(pod -> RevisionedPods.isCurrent(pod, revision))
                .count();
        store.modifyStatus(key, WriteOptions.by("kube-controller-manager"), object -> {
            ObjectNode status = Meta.child(object, "status");
            status.put("desiredNumberScheduled", byNode.size())
                    .put("currentNumberScheduled", oldest.size())
                    .put("numberMisscheduled", 0)
                    .put("numberReady", ready)
                    .put(
                            "observedGeneration",
                            set.path("metadata").path("generation").asInt());
            ReplicaSetController.putOrRemove(status, "updatedNumberScheduled", updated);
            ReplicaSetController.putOrRemove(status, "numberAvailable", available);
            ReplicaSetController.putOrRemove(status, "numberUnavailable", byNode.size() - available);
            return object;
        });
    }
}
