package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Works out how many pods a PodDisruptionBudget lets go. */
final class DisruptionController extends Controller {
    DisruptionController(ObjectStore store, Workers workers, EventRecorder events) {
        super(ResourceTypes.POD_DISRUPTION_BUDGET, store, workers, events);
    }

    @Override
    void start() {
        watchOwn();
        watch(ResourceTypes.POD, this::budgets);
    }

    private List<ObjectKey> budgets(ObjectNode pod) {
        List<ObjectKey> keys = new ArrayList<>();
        for (ObjectNode budget :
                store.list(ResourceTypes.POD_DISRUPTION_BUDGET, Meta.namespace(pod), LabelSelector.everything())) {
            if (selector(budget).matches(pod)) {
                keys.add(ObjectKey.of(ResourceTypes.POD_DISRUPTION_BUDGET, budget));
            }
        }
        return keys;
    }

    private static LabelSelector selector(JsonNode budget) {
        return LabelSelector.ofSelector(budget.path("spec").path("selector"));
    }

    @Override
    void reconcile(ObjectKey key, ObjectNode budget) {
        List<ObjectNode> pods = store.list(ResourceTypes.POD, key.namespace(), selector(budget)).stream()
                .filter(pod -> !Pods.isTerminal(pod))
                .toList();
        int healthy = (int) pods.stream()
                .filter(pod -> Pods.isReady(pod) && !Meta.isDeleting(pod))
                .count();
        JsonNode spec = budget.path("spec");
        boolean bounded = spec.has("maxUnavailable");
        JsonNode minimum = spec.path("minAvailable");
        boolean percent = bounded || minimum.asText().endsWith("%");
        int expected = percent ? wantedByControllers(pods) : pods.size();
        int desired = bounded
                ? Math.max(0, expected - IntOrPercent.of(spec.path("maxUnavailable"), expected, true))
                : IntOrPercent.of(minimum, expected, true);
        int allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
        store.modifyStatus(key, WriteOptions.by("kube-controller-manager"), object -> {
            ObjectNode status = Meta.child(object, "status");
            status.put("expectedPods", expected)
                    .put("desiredHealthy", desired)
                    .put("currentHealthy", healthy)
                    .put("disruptionsAllowed", allowed)
                    .put(
                            "observedGeneration",
                            budget.path("metadata").path("generation").asInt());
            Conditions.set(
                    status,
                    "DisruptionAllowed",
                    allowed > 0 ? "True" : "False",
                    allowed > 0 ? "SufficientPods" : "InsufficientPods",
                    "",
                    false);
            for (JsonNode condition : status.path("conditions")) {
                if (condition instanceof ObjectNode each && !each.has("message")) {
                    each.put("message", "");
                }
            }
            return object;
        });
    }

    /** How many pods the workloads of these pods want, each counted once. */
    private int wantedByControllers(List<ObjectNode> pods) {
        Map<String, Integer> wanted = new HashMap<>();
        for (ObjectNode pod : pods) {
            for (var type : List.of(ResourceTypes.REPLICA_SET, ResourceTypes.STATEFUL_SET)) {
                Meta.controllerOf(pod, type).flatMap(store::get).ifPresent(set -> {
                    ObjectNode top = Meta.controllerOf(set, ResourceTypes.DEPLOYMENT)
                            .flatMap(store::get)
                            .orElse(set);
                    wanted.put(Meta.uid(top), top.path("spec").path("replicas").asInt(1));
                });
            }
        }
        return wanted.isEmpty()
                ? pods.size()
                : wanted.values().stream().mapToInt(Integer::intValue).sum();
    }
}
