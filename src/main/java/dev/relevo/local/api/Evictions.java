package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Deletes a pod unless a disruption budget forbids it. */
final class Evictions {
    private final ObjectStore store;

    Evictions(ObjectStore store) {
        this.store = store;
    }

    ApiResponse handle(ApiRequest request, ResourcePath path) {
        if (!request.method().equals("POST")) {
            throw Resources.methodNotAllowed();
        }
        ObjectNode eviction = Bodies.object(request);
        ObjectNode options = eviction.get("deleteOptions") instanceof ObjectNode given ? given : eviction.objectNode();
        ObjectNode pod = store.get(path.key()).orElseThrow(() -> ApiError.notFound(path.key()));
        DeleteOptions deletion = Deletions.options(request, options);
        List<ObjectNode> budgets = mayIgnoreBudgets(pod) ? List.of() : budgets(pod);
        if (budgets.size() > 1) {
            throw ApiError.of(
                    500,
                    "InternalError",
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        budgets.forEach(budget -> take(budget, pod, deletion.dryRun()));
        store.delete(path.key(), deletion);
        ObjectNode status = Representation.header("Status", "v1");
        status.putObject("metadata");
        return ApiResponse.json(201, status.put("status", "Success").put("code", 201));
    }

    /** What does not run serves nobody. */
    private static boolean mayIgnoreBudgets(ObjectNode pod) {
        String phase = pod.path("status").path("phase").asText();
        return List.of("Pending", "Succeeded", "Failed").contains(phase)
                || pod.path("metadata").has("deletionTimestamp");
    }

    private List<ObjectNode> budgets(ObjectNode pod) {
        String namespace = pod.path("metadata").path("namespace").asText();
        return store.list(ResourceTypes.POD_DISRUPTION_BUDGET, namespace, LabelSelector.everything()).stream()
                .filter(budget -> budget.path("spec").has("selector")
                        && LabelSelector.ofSelector(budget.path("spec").path("selector"))
                                .matches(pod))
                .toList();
    }

    /** Takes one disruption from the budget, which the controller gives back when it has counted anew. */
    private void take(ObjectNode budget, ObjectNode pod, boolean dryRun) {
        String name = pod.path("metadata").path("name").asText();
        WriteOptions options = new WriteOptions("kube-apiserver", dryRun);
        store.modifyStatus(ObjectKey.of(ResourceTypes.POD_DISRUPTION_BUDGET, budget), options, now -> {
            ObjectNode status = now.withObjectProperty("status");
            int healthy = status.path("currentHealthy").asInt(0);
            int desired = status.path("desiredHealthy").asInt(0);
            if (!isReady(pod) && mayGoUnready(now, healthy, desired)) {
                return now;
            }
            checkObserved(now);
            int allowed = status.path("disruptionsAllowed").asInt(0);
            if (allowed < 1) {
                throw refused(
                        0,
                        "The disruption budget "
                                + now.path("metadata").path("name").asText() + " needs " + desired
                                + " healthy pods and has " + healthy + " currently");
            }
            status.put("disruptionsAllowed", allowed - 1);
            status.withObjectProperty("disruptedPods")
                    .put(name, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
            return now;
        });
    }

    private static boolean mayGoUnready(ObjectNode budget, int healthy, int desired) {
        return budget.at("/spec/unhealthyPodEvictionPolicy").asText("").equals("AlwaysAllow")
                || (healthy >= desired && desired > 0);
    }

    private static void checkObserved(ObjectNode budget) {
        if (budget.at("/status/observedGeneration").asLong(0)
                < budget.at("/metadata/generation").asLong(0)) {
            throw refused(
                    10,
                    "The disruption budget "
                            + budget.path("metadata").path("name").asText()
                            + " is still being processed by the server.");
        }
    }

    private static ApiError refused(int retryAfterSeconds, String why) {
        return ApiError.tooManyRequests(
                "Cannot evict pod as it would violate the pod's disruption budget.",
                retryAfterSeconds,
                List.of(new ApiError.Cause("DisruptionBudget", why, "")));
    }

    private static boolean isReady(ObjectNode pod) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }
}
