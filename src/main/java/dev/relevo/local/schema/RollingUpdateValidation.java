package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.util.List;

/** The rules for how a Deployment replaces its pods. */
final class RollingUpdateValidation {
    private static final List<String> STRATEGIES = List.of("Recreate", "RollingUpdate");
    private static final String AT = "spec.strategy.rollingUpdate";

    private RollingUpdateValidation() {}

    static void check(ResourceType type, JsonNode spec, FieldErrors errors) {
        if (!type.equals(ResourceTypes.DEPLOYMENT)) {
            return;
        }
        JsonNode strategy = spec.path("strategy");
        String name = strategy.path("type").asText();
        if (!STRATEGIES.contains(name)) {
            errors.notSupported("spec.strategy.type", strategy.path("type"), STRATEGIES);
        }
        JsonNode rolling = strategy.path("rollingUpdate");
        if (name.equals("Recreate") && !rolling.isMissingNode()) {
            errors.forbidden(AT, "may not be specified when strategy `type` is 'Recreate'");
        }
        if (name.equals("RollingUpdate")) {
            share(rolling.path("maxUnavailable"), AT + ".maxUnavailable", errors);
            share(rolling.path("maxSurge"), AT + ".maxSurge", errors);
            if (isZero(rolling.path("maxUnavailable")) && isZero(rolling.path("maxSurge"))) {
                errors.invalid(
                        AT + ".maxUnavailable", rolling.path("maxUnavailable"), "may not be 0 when `maxSurge` is 0");
            }
        }
        for (String field : List.of("minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds")) {
            PodValidation.notNegative(spec, field, "spec", errors);
        }
        int ready = spec.path("minReadySeconds").asInt(0);
        int deadline = spec.path("progressDeadlineSeconds").asInt(Integer.MAX_VALUE);
        if (deadline <= ready) {
            errors.invalid(
                    "spec.progressDeadlineSeconds",
                    spec.path("progressDeadlineSeconds"),
                    "must be greater than minReadySeconds");
        }
    }

    private static void share(JsonNode value, String at, FieldErrors errors) {
        if (value.isTextual() && !value.asText().matches("[0-9]+%")) {
            errors.invalid(
                    at,
                    value,
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%',"
                            + " regex used for validation is '[0-9]+%')");
        } else if (value.asInt(0) < 0) {
            errors.invalid(at, value, "must be greater than or equal to 0");
        }
    }

    private static boolean isZero(JsonNode value) {
        return value.asText().matches("0+%?");
    }
}
