package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Takes the values of a Secret that was sent out of the server's answer about it. */
final class Redaction {
    private static final int SHORTEST = 3;

    private final List<String> values;

    private Redaction(List<String> values) {
        this.values = values;
    }

    /** What must not be shown of an answer to this body. */
    static Redaction of(Optional<JsonNode> body) {
        List<String> values = new ArrayList<>();
        body.filter(sent -> sent.path("kind").asText().equals("Secret")).ifPresent(secret -> {
            for (String field : new String[] {"data", "stringData"}) {
                secret.path(field).forEach(value -> add(values, value.asText(), field.equals("data")));
            }
        });
        // The longest first, so that no rest of a longer value stays when a shorter one is part of it.
        values.sort(Comparator.comparingInt(String::length).reversed());
        return new Redaction(values);
    }

    private static void add(List<String> values, String value, boolean encoded) {
        if (value.length() >= SHORTEST) {
            values.add(value);
        }
        if (encoded) {
            try {
                String decoded = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
                if (decoded.length() >= SHORTEST) {
                    values.add(decoded);
                }
            } catch (IllegalArgumentException notBase64) {
                // The raw value is in the list already.
            }
        }
    }

    String apply(String message) {
        String masked = message;
        for (String value : values) {
            masked = masked.replace(value, "***");
        }
        return masked;
    }
}
