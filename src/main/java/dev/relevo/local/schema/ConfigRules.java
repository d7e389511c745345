package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * ConfigMaps and Secrets: bounded in size, with file names as keys, unchangeable once immutable.
 *
 * @param secret whether it is the kind whose values are Base64
 */
record ConfigRules(boolean secret) implements KindRules {
    private static final int LIMIT_BYTES = 1 << 20;
    private static final String KEY_RULE = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
            + " (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
    private static final String IMMUTABLE = "field is immutable when `immutable` is set";

    @Override
    public void applyDefaults(ObjectNode object) {
        if (!secret) {
            return;
        }
        Fields.orElseIfEmpty(object, "type", "Opaque");
        if (object.remove("stringData") instanceof ObjectNode plain) {
            ObjectNode data = Fields.child(object, "data");
            for (Map.Entry<String, JsonNode> entry : plain.properties()) {
                byte[] bytes = entry.getValue().asText().getBytes(StandardCharsets.UTF_8);
                data.put(entry.getKey(), Base64.getEncoder().encodeToString(bytes));
            }
        }
    }

    @Override
    public void validate(Admission.Change change, FieldErrors errors) {
        ObjectNode after = change.after();
        long total = 0;
        for (String field : List.of("data", "binaryData")) {
            for (Map.Entry<String, JsonNode> entry : after.path(field).properties()) {
                key(field, entry.getKey(), errors);
                total += size(field, entry.getValue().asText());
                if (field.equals("binaryData") && after.path("data").has(entry.getKey())) {
                    errors.invalid(
                            "data[" + entry.getKey() + "]", entry.getKey(), "duplicate of key present in binaryData");
                }
            }
        }
        if (total > LIMIT_BYTES) {
            errors.tooLong(secret ? "data" : "[]", LIMIT_BYTES);
        }
        change.before().ifPresent(before -> immutable(before, after, errors));
    }

    private static void key(String field, String key, FieldErrors errors) {
        String at = field + "[" + key + "]";
        if (key.length() > 253) {
            errors.invalid(at, key, "must be no more than 253 characters");
        }
        if (!key.matches("[-._a-zA-Z0-9]+")) {
            errors.invalid(at, key, KEY_RULE);
        } else if (key.equals(".") || key.equals("..")) {
            errors.invalid(at, key, "must not be '" + key + "'");
        } else if (key.startsWith("..")) {
            errors.invalid(at, key, "must not start with '..'");
        }
    }

    private long size(String field, String value) {
        boolean encoded = secret || field.equals("binaryData");
        return encoded ? value.length() / 4 * 3L : value.getBytes(StandardCharsets.UTF_8).length;
    }

    private void immutable(ObjectNode before, ObjectNode after, FieldErrors errors) {
        if (secret && !before.path("type").equals(after.path("type"))) {
            errors.invalid("type", after.path("type"), "field is immutable");
        }
        if (!before.path("immutable").asBoolean()) {
            return;
        }
        if (!after.path("immutable").asBoolean()) {
            errors.forbidden("immutable", IMMUTABLE);
        }
        for (String field : List.of("data", "binaryData")) {
            if (!before.path(field).equals(after.path(field))) {
                errors.forbidden(field, IMMUTABLE);
            }
        }
    }
}
