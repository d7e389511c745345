package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Rolls Deployments out through ReplicaSets; after the deployment controller of Kubernetes, step by step. */
final class DeploymentController extends Controller {
    DeploymentController(ObjectStore store, Workers workers, EventRecorder events) {
        super(ResourceTypes.DEPLOYMENT, store, workers, events);
    }

    @Override
    void start() {
        watchOwn();
        watchOwned(ResourceTypes.REPLICA_SET);
        watch(ResourceTypes.REPLICA_SET, this::selectors);
        watch(ResourceTypes.POD, this::recreated);
    }

    private List<ObjectKey> selectors(ObjectNode set) {
        List<ObjectKey> keys = new ArrayList<>();
        if (Meta.controller(set).isMissingNode()) {
            for (ObjectNode deployment :
                    store.list(ResourceTypes.DEPLOYMENT, Meta.namespace(set), LabelSelector.everything())) {
                if (LabelSelector.ofSelector(deployment.path("spec").path("selector"))
                        .matches(set)) {
                    keys.add(ObjectKey.of(ResourceTypes.DEPLOYMENT, deployment));
                }
            }
        }
        return keys;
    }

    /** The strategy Recreate waits for the last old pod to go. */
    private List<ObjectKey> recreated(ObjectNode pod) {
        return Meta.controllerOf(pod, ResourceTypes.REPLICA_SET)
                .flatMap(store::get)
                .flatMap(set -> Meta.controllerOf(set, ResourceTypes.DEPLOYMENT))
                .filter(key -> store.get(key)
                        .filter(deployment -> !isRolling(deployment))
                        .isPresent())
                .map(List::of)
                .orElse(List.of());
    }

    private static boolean isRolling(JsonNode deployment) {
        return deployment.at("/spec/strategy/type").asText("RollingUpdate").equals("RollingUpdate");
    }

    @Override
    void reconcile(ObjectKey key, ObjectNode deployment) {
        List<ObjectNode> sets =
                new Adoption(store, ResourceTypes.DEPLOYMENT, deployment).claim(ResourceTypes.REPLICA_SET);
        Rollout rollout = new Rollout(store, events, deployment, sets);
        if (Meta.isDeleting(deployment)) {
            writeStatus(key, rollout, false);
            return;
        }
        notePause(key, deployment);
        if (deployment.path("spec").path("paused").asBoolean()) {
            rollout.findCurrent(false);
            rollout.scale();
            cleanUp(rollout);
            writeStatus(key, rollout, false);
        } else if (rollout.isBeingScaled()) {
            rollout.findCurrent(false);
            rollout.scale();
            writeStatus(key, rollout, false);
        } else if (isRolling(deployment)) {
            rollingUpdate(key, rollout);
        } else {
            recreate(key, rollout);
        }
    }

    private void rollingUpdate(ObjectKey key, Rollout rollout) {
        rollout.findCurrent(true);
        if (!rollout.growCurrent() && !rollout.shrinkOld()) {
            if (isComplete(key, rollout)) {
                cleanUp(rollout);
            }
        }
        writeStatus(key, rollout, true);
    }

    private void recreate(ObjectKey key, Rollout rollout) {
        rollout.findCurrent(false);
        if (!rollout.removeOld() && !oldPodsRemain(rollout)) {
            rollout.findCurrent(true);
            rollout.growToFull();
            if (isComplete(key, rollout)) {
                cleanUp(rollout);
            }
        }
        writeStatus(key, rollout, true);
    }

    private boolean oldPodsRemain(Rollout rollout) {
        for (ObjectNode set : rollout.old()) {
            for (ObjectNode pod : store.list(ResourceTypes.POD, Meta.namespace(set), LabelSelector.everything())) {
                if (Meta.isControlledBy(pod, set) && !Pods.isTerminal(pod)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isComplete(ObjectKey key, Rollout rollout) {
        return store.get(key)
                .map(deployment -> {
                    ObjectNode copy = deployment.deepCopy();
                    int generation = copy.path("metadata").path("generation").asInt();
                    DeploymentStatus status = new DeploymentStatus(copy, rollout.all(), rollout.current());
                    status.write(generation);
                    return status.isComplete(generation);
                })
                .orElse(false);
    }

    private void notePause(ObjectKey key, ObjectNode deployment) {
        if (DeploymentStatus.deadline(deployment).isEmpty()) {
            return;
        }
        String reason = Conditions.get(deployment, "Progressing").path("reason").asText();
        if (reason.equals("ProgressDeadlineExceeded")) {
            return;
        }
        boolean paused = deployment.path("spec").path("paused").asBoolean();
        boolean noted = reason.equals("DeploymentPaused");
        if (paused != noted) {
            store.modifyStatus(key, WriteOptions.by("kube-controller-manager"), object -> {
                Conditions.set(
                        Meta.child(object, "status"),
                        "Progressing",
                        "Unknown",
                        paused ? "DeploymentPaused" : "DeploymentResumed",
                        paused ? "Deployment is paused" : "Deployment is resumed",
                        true);
                return object;
            });
        }
    }

    /** Deletes what is beyond the revision history. */
    private void cleanUp(Rollout rollout) {
        JsonNode limit = rollout.deployment().path("spec").path("revisionHistoryLimit");
        if (!limit.isInt() || limit.asInt() == Integer.MAX_VALUE) {
            return;
        }
        List<ObjectNode> old = rollout.old().stream()
                .filter(set -> !Meta.isDeleting(set))
                .sorted(Comparator.comparing(ReplicaSets::revision).thenComparing(Meta::created))
                .toList();
        for (ObjectNode set : old.subList(0, Math.max(0, old.size() - limit.asInt()))) {
            boolean observed = ReplicaSets.status(set, "observedGeneration")
                    >= set.path("metadata").path("generation").asInt();
            if (ReplicaSets.replicas(set) == 0 && ReplicaSets.status(set, "replicas") == 0 && observed) {
                try {
                    store.delete(ObjectKey.of(ResourceTypes.REPLICA_SET, set), DeleteOptions.defaults());
                } catch (ApiError e) {
                    if (!e.isNotFound()) {
                        throw e;
                    }
                }
            }
        }
    }

    private void writeStatus(ObjectKey key, Rollout rollout, boolean rolling) {
        int observed = rollout.deployment().path("metadata").path("generation").asInt();
        Optional<ObjectNode> current = rollout.current();
        List<ObjectNode> all = rollout.all();
        ObjectNode written = store.modifyStatus(key, WriteOptions.by("kube-controller-manager"), object -> {
            if (Meta.uid(object).equals(Meta.uid(rollout.deployment()))) {
                DeploymentStatus status = new DeploymentStatus(object, all, current);
                if (rolling) {
                    status.writeRollout(observed);
                } else {
                    status.write(observed);
                }
            }
            return object;
        });
        DeploymentStatus.overdueIn(written)
                .ifPresent(left -> enqueueAfter(key, left.isNegative() ? Duration.ofMillis(100) : left.plusMillis(50)));
    }
}
