package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The {@code status.conditions} of an object. */
public final class Conditions {
    private Conditions() {}

    /** The condition of that type, a missing node if there is none. */
    public static JsonNode get(JsonNode object, String type) {
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return MissingNode.getInstance();
    }

    public static boolean isTrue(JsonNode object, String type) {
        return get(object, type).path("status").asText().equals("True");
    }

    /**
     * Sets a condition. Its transition time changes with its status, its update time (where the kind has one) with
     * anything.
     *
     * @param updates whether conditions of this kind have a {@code lastUpdateTime}
     */
    public static void set(
            ObjectNode status, String type, String value, String reason, String message, boolean updates) {
        ObjectNode condition = null;
        for (JsonNode each : status.withArray("/conditions")) {
            if (each.path("type").asText().equals(type)) {
                condition = (ObjectNode) each;
            }
        }
        if (condition == null) {
            condition = status.withArray("/conditions").addObject().put("type", type);
        }
        boolean same = condition.path("status").asText().equals(value)
                && condition.path("reason").asText().equals(reason)
                && condition.path("message").asText().equals(message);
        if (same) {
            return;
        }
        if (!condition.path("status").asText().equals(value) || !condition.has("lastTransitionTime")) {
            condition.put("lastTransitionTime", Meta.now());
        }
        condition.put("status", value);
        put(condition, "reason", reason);
        put(condition, "message", message);
        if (updates) {
            condition.put("lastUpdateTime", Meta.now());
        }
    }

    /** Removes the condition of that type, if it is there. */
    public static void remove(ObjectNode status, String type) {
        var conditions = status.withArray("/conditions").elements();
        while (conditions.hasNext()) {
            if (conditions.next().path("type").asText().equals(type)) {
                conditions.remove();
            }
        }
    }

    private static void put(ObjectNode condition, String field, String value) {
        if (value.isEmpty()) {
            condition.remove(field);
        } else {
            condition.put(field, value);
        }
    }
}
