package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.List;

/** The rules for autoscalers, disruption budgets and leases. */
final class PolicyValidation {
    private PolicyValidation() {}

    static void autoscaler(JsonNode autoscaler, FieldErrors errors) {
        JsonNode spec = autoscaler.path("spec");
        if (spec.path("minReplicas").asInt(1) < 1) {
            errors.invalid("spec.minReplicas", spec.path("minReplicas"), "must be greater than or equal to 1");
        }
        JsonNode most = spec.path("maxReplicas").isMissingNode() ? IntNode.valueOf(0) : spec.path("maxReplicas");
        if (most.asInt() < 1) {
            errors.invalid("spec.maxReplicas", most, "must be greater than 0");
        }
        if (most.asInt() < spec.path("minReplicas").asInt(1)) {
            errors.invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`");
        }
        for (String field : List.of("kind", "name")) {
            if (spec.path("scaleTargetRef").path(field).asText("").isEmpty()) {
                errors.required("spec.scaleTargetRef." + field, "");
            }
        }
    }

    static void disruptionBudget(JsonNode budget, FieldErrors errors) {
        JsonNode spec = budget.path("spec");
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            errors.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set");
        }
    }

    static void lease(JsonNode lease, FieldErrors errors) {
        JsonNode spec = lease.path("spec");
        if (spec.has("leaseDurationSeconds")
                && spec.path("leaseDurationSeconds").asInt() <= 0) {
            errors.invalid("spec.leaseDurationSeconds", spec.path("leaseDurationSeconds"), "must be greater than 0");
        }
        PodValidation.notNegative(spec, "leaseTransitions", "spec", errors);
    }
}
