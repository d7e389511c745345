package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Works out how many pods a PodDisruptionBudget lets go. */
final class DisruptionController extends Controller {
    /** After the time of Kubernetes' controller: an eviction that was not followed by a deletion counts no more. */
    private static final Duration GRANT_LASTS = Duration.ofMinutes(2);

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
        Set<String> disrupted = disrupted(budget, pods);
        int healthy = (int) pods.stream()
                .filter(pod -> Pods.isReady(pod) && !Meta.isDeleting(pod) && !disrupted.contains(Meta.name(pod)))
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
            if (!Meta.sameVersion(object, budget)) {
                // An eviction was granted meanwhile; that change brings the budget here again.
                return object;
            }
            ObjectNode status = Meta.child(object, "status");
            Meta.child(status, "disruptedPods").retain(disrupted);
            if (status.path("disruptedPods").isEmpty()) {
                status.remove("disruptedPods");
            }
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

    /** Pods whose eviction was granted a moment ago: they count as gone, although they may not be yet. */
    private static Set<String> disrupted(ObjectNode budget, List<ObjectNode> pods) {
        Instant oldest = Instant.now().minus(GRANT_LASTS);
        Set<String> disrupted = new HashSet<>();
        JsonNode granted = budget.path("status").path("disruptedPods");
        for (ObjectNode pod : pods) {
            boolean lasts = Meta.time(granted.path(Meta.name(pod)))
                    .filter(at -> at.isAfter(oldest))
                    .isPresent();
            if (lasts && !Meta.isDeleting(pod)) {
                disrupted.add(Meta.name(pod));
            }
        }
        return disrupted;
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
