package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.relevo.cluster.CredentialMask;
import java.util.ArrayList;
import java.util.List;

/** Replaces values that must not be shown by marks that still tell whether they change. */
final class DiffMask {
    private static final String SAME = "***";
    private static final String CHANGED = "*** (changed)";

    private DiffMask() {}

    /** Masks both sides of a comparison in place. */
    static void apply(ObjectNode before, ObjectNode after) {
        boolean secret = before.path("kind").asText().equals("Secret")
                || after.path("kind").asText().equals("Secret");
        for (String field : List.of("data", "stringData", "binaryData")) {
            maskMap(before.path(field), after.path(field), secret);
        }
        maskVariables(before, after);
    }

    private static void maskMap(JsonNode before, JsonNode after, boolean all) {
        List<String> keys = new ArrayList<>();
        before.fieldNames().forEachRemaining(keys::add);
        after.fieldNames().forEachRemaining(keys::add);
        for (String key : keys) {
            if (all || secret(key, before.path(key)) || secret(key, after.path(key))) {
                mask(before, after, key);
            }
        }
    }

    /** Environment variables with a secret-looking name and a plain value, wherever they are. */
    private static void maskVariables(JsonNode before, JsonNode after) {
        for (JsonNode variable : after.findParents("value")) {
            String name = variable.path("name").asText("");
            JsonNode earlier = variable(before, name);
            if (secret(name, variable.path("value")) || secret(name, earlier.path("value"))) {
                mask(earlier, variable, "value");
            }
        }
        for (JsonNode variable : before.findParents("value")) {
            if (secret(variable.path("name").asText(""), variable.path("value"))
                    && !variable.path("value").asText().startsWith(SAME)) {
                mask(variable, MissingNode.getInstance(), "value");
            }
        }
    }

    private static boolean secret(String key, JsonNode value) {
        return !value.isMissingNode() && CredentialMask.looksSecret(key, value.asText());
    }

    private static JsonNode variable(JsonNode tree, String name) {
        return tree.findParents("value").stream()
                .filter(node -> node.path("name").asText("").equals(name))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private static void mask(JsonNode before, JsonNode after, String key) {
        boolean same = before.path(key).equals(after.path(key));
        if (before instanceof ObjectNode object && object.has(key)) {
            object.set(key, TextNode.valueOf(SAME));
        }
        if (after instanceof ObjectNode object && object.has(key)) {
            object.set(key, TextNode.valueOf(same || before.path(key).isMissingNode() ? SAME : CHANGED));
        }
    }
}
