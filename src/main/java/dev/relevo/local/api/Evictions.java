package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
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
        checkBudgets(pod);
        DeleteOptions deletion = Deletions.options(request, options);
        store.delete(path.key(), deletion);
        ObjectNode status = Representation.header("Status", "v1");
        status.putObject("metadata");
        return ApiResponse.json(201, status.put("status", "Success").put("code", 201));
    }

    private void checkBudgets(ObjectNode pod) {
        if (!isReady(pod)) {
            return;
        }
        String namespace = pod.path("metadata").path("namespace").asText();
        for (ObjectNode budget :
                store.list(ResourceTypes.POD_DISRUPTION_BUDGET, namespace, LabelSelector.everything())) {
            JsonNode selector = budget.path("spec").path("selector");
            if (selector.isMissingNode() || !LabelSelector.ofSelector(selector).matches(pod)) {
                continue;
            }
            JsonNode status = budget.path("status");
            String name = budget.path("metadata").path("name").asText();
            if (status.path("disruptionsAllowed").asInt(0) < 1) {
                throw ApiError.tooManyRequests(
                        "Cannot evict pod as it would violate the pod's disruption budget.",
                        0,
                        List.of(new ApiError.Cause(
                                "DisruptionBudget",
                                "The disruption budget " + name + " needs "
                                        + status.path("desiredHealthy").asInt(0) + " healthy pods and has "
                                        + status.path("currentHealthy").asInt(0) + " currently",
                                "")));
            }
        }
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
