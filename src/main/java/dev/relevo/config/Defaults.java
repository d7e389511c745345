package dev.relevo.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is assumed, from {@code relevo-defaults.yaml}.
 *
 * @param values below everything
 * @param local above what the file says for all environments, where the environment is a local one
 * @param sections what is filled into sections and list entries that are there, by dotted key with {@code []} for lists
 */
record Defaults(ObjectNode values, ObjectNode local, Map<String, ObjectNode> sections) {
    static Defaults load() {
        try (InputStream in = Defaults.class.getResourceAsStream("/relevo-defaults.yaml")) {
            if (in == null) {
                throw new IllegalStateException("relevo-defaults.yaml is not on the class path");
            }
            List<YamlDocument> documents = YamlDocument.parseAll(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            Map<String, ObjectNode> sections = new LinkedHashMap<>();
            documents.get(2).tree().properties().forEach(entry -> {
                if (entry.getValue() instanceof ObjectNode section) {
                    sections.put(entry.getKey(), section);
                }
            });
            return new Defaults(documents.get(0).tree(), documents.get(1).tree(), sections);
        } catch (IOException e) {
            throw new UncheckedIOException("relevo-defaults.yaml cannot be read", e);
        } catch (YamlDocument.Malformed e) {
            throw new IllegalStateException("relevo-defaults.yaml:" + e.line() + ": " + e.getMessage(), e);
        }
    }
}
