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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps as many pods as a ReplicaSet asks for. */
final class ReplicaSetController extends Controller {
    private static final String COMPONENT = "replicaset-controller";

    ReplicaSetController(ObjectStore store, Workers workers, EventRecorder events) {
        super(ResourceTypes.REPLICA_SET, store, workers, events);
    }

    @Override
    void start() {
        watchOwn();
        watchOwned(ResourceTypes.POD);
        watch(ResourceTypes.POD, this::selectors);
    }

    /** An orphan concerns every ReplicaSet that selects it. */
    private List<ObjectKey> selectors(ObjectNode pod) {
        List<ObjectKey> keys = new ArrayList<>();
        if (Meta.controller(pod).isMissingNode()) {
            for (ObjectNode set :
                    store.list(ResourceTypes.REPLICA_SET, Meta.namespace(pod), LabelSelector.everything())) {
                if (LabelSelector.ofSelector(set.path("spec").path("selector")).matches(pod)) {
                    keys.add(ObjectKey.of(ResourceTypes.REPLICA_SET, set));
                }
            }
        }
        return keys;
    }

    @Override
    void reconcile(ObjectKey key, ObjectNode set) {
        List<ObjectNode> active = new Adoption(store, ResourceTypes.REPLICA_SET, set)
                .claim(ResourceTypes.POD).stream().filter(Pods::isActive).toList();
        Optional<String> failure = Optional.empty();
        String failureReason = "";
        if (!Meta.isDeleting(set)) {
            int wanted = set.path("spec").path("replicas").asInt(1);
            if (active.size() < wanted) {
                failureReason = "FailedCreate";
                failure = create(set, wanted - active.size());
            } else if (active.size() > wanted) {
                failureReason = "FailedDelete";
                failure = delete(set, active, active.size() - wanted);
            }
        }
        List<ObjectNode> now = new Adoption(store, ResourceTypes.REPLICA_SET, set)
                .claim(ResourceTypes.POD).stream().filter(Pods::isActive).toList();
        writeStatus(key, set, now, failure, failureReason);
        lookAgainWhenAvailable(key, set, now);
        if (failure.isPresent()) {
            throw ApiError.of(500, "InternalError", failure.get());
        }
    }

    private Optional<String> create(ObjectNode set, int count) {
        for (int i = 0; i < count; i++) {
            ObjectNode pod = Pods.fromTemplate(
                    set.path("spec").path("template"), ResourceTypes.REPLICA_SET, set, Meta.name(set) + "-");
            try {
                ObjectNode created = store.create(ResourceTypes.POD, Meta.namespace(set), pod);
                events.normal(COMPONENT, set, "SuccessfulCreate", "Created pod: " + Meta.name(created));
            } catch (ApiError e) {
                if (e.code() == 403 && String.valueOf(e.getMessage()).contains("being terminated")) {
                    return Optional.empty();
                }
                events.warning(COMPONENT, set, "FailedCreate", "Error creating: " + e.getMessage());
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return Optional.empty();
    }

    private Optional<String> delete(ObjectNode set, List<ObjectNode> active, int count) {
        List<ObjectNode> doomed =
                active.stream().sorted(Pods.deletionOrder()).limit(count).toList();
        for (ObjectNode pod : doomed) {
            try {
                store.delete(
                        ObjectKey.of(ResourceTypes.POD, pod),
                        DeleteOptions.defaults().withUid(Meta.uid(pod)));
                events.normal(COMPONENT, set, "SuccessfulDelete", "Deleted pod: " + Meta.name(pod));
            } catch (ApiError e) {
                if (!e.isNotFound()) {
                    events.warning(COMPONENT, set, "FailedDelete", "Error deleting: " + e.getMessage());
                    return Optional.of(String.valueOf(e.getMessage()));
                }
            }
        }
        return Optional.empty();
    }

    private void writeStatus(
            ObjectKey key, ObjectNode set, List<ObjectNode> pods, Optional<String> failure, String failureReason) {
        long minReady = set.path("spec").path("minReadySeconds").asLong(0);
        JsonNode templateLabels = set.at("/spec/template/metadata/labels");
        LabelSelector fully = LabelSelector.ofMap(templateLabels);
        long labeled = pods.stream().filter(fully::matches).count();
        long ready = pods.stream().filter(Pods::isReady).count();
        long available =
                pods.stream().filter(pod -> Pods.isAvailable(pod, minReady)).count();
        store.modifyStatus(key, WriteOptions.by("kube-controller-manager"), object -> {
            if (!Meta.uid(object).equals(Meta.uid(set))) {
                return object;
            }
            ObjectNode status = Meta.child(object, "status");
            status.put("replicas", pods.size());
            putOrRemove(status, "fullyLabeledReplicas", labeled);
            putOrRemove(status, "readyReplicas", ready);
            putOrRemove(status, "availableReplicas", available);
            status.put(
                    "observedGeneration",
                    set.path("metadata").path("generation").asInt());
            if (failure.isPresent()) {
                Conditions.set(status, "ReplicaFailure", "True", failureReason, failure.get(), false);
            } else if (status.has("conditions")) {
                Conditions.remove(status, "ReplicaFailure");
                if (status.path("conditions").isEmpty()) {
                    status.remove("conditions");
                }
            }
            return object;
        });
    }

    static void putOrRemove(ObjectNode status, String field, long count) {
        if (count == 0) {
            status.remove(field);
        } else {
            status.put(field, (int) count);
        }
    }

    private void lookAgainWhenAvailable(ObjectKey key, ObjectNode set, List<ObjectNode> pods) {
        long minReady = set.path("spec").path("minReadySeconds").asLong(0);
        Instant now = Instant.now();
        pods.stream()
                .map(pod -> Pods.availableAt(pod, minReady))
                .flatMap(Optional::stream)
                .filter(at -> at.isAfter(now))
                .min(Instant::compareTo)
                .ifPresent(at -> enqueueAfter(key, Duration.between(now, at).plusMillis(20)));
    }
}
