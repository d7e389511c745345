package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.local.store.LabelSelector;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** Whether a pod can run on the one node that there is, and if not, why, in the scheduler's words. */
final class Scheduling {
    private static final String NONE = "0/1 nodes are available: ";
    private static final String NO_PREEMPTION =
            " preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";

    private Scheduling() {}

    static Optional<String> refusal(JsonNode pod, JsonNode node) {
        if (!nodeMatches(pod, node)) {
            return Optional.of(NONE + "1 node(s) didn't match Pod's node affinity/selector." + NO_PREEMPTION);
        }
        for (String resource : new String[] {"cpu", "memory"}) {
            BigDecimal wanted = requested(pod, resource);
            String allocatable =
                    node.path("status").path("allocatable").path(resource).asText("");
            if (!allocatable.isEmpty() && wanted.compareTo(Quantity.parse(allocatable)) > 0) {
                return Optional.of(NONE + "1 Insufficient " + resource + "." + NO_PREEMPTION);
            }
        }
        return Optional.empty();
    }

    private static boolean nodeMatches(JsonNode pod, JsonNode node) {
        JsonNode labels = node.path("metadata").path("labels");
        for (Map.Entry<String, JsonNode> wanted :
                pod.path("spec").path("nodeSelector").properties()) {
            if (!labels.path(wanted.getKey())
                            .asText("")
                            .equals(wanted.getValue().asText())
                    || !labels.has(wanted.getKey())) {
                return false;
            }
        }
        JsonNode terms =
                pod.at("/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms");
        if (terms.isEmpty()) {
            return true;
        }
        for (JsonNode term : terms) {
            if (LabelSelector.ofSelector(term).matchesLabels(labels)) {
                return true;
            }
        }
        return false;
    }

    private static BigDecimal requested(JsonNode pod, String resource) {
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode container : pod.path("spec").path("containers")) {
            JsonNode requests = container.path("resources").path("requests").path(resource);
            JsonNode limit = container.path("resources").path("limits").path(resource);
            JsonNode value = requests.isMissingNode() ? limit : requests;
            if (!value.isMissingNode()) {
                sum = sum.add(Quantity.parse(value.asText()));
            }
        }
        return sum;
    }
}
