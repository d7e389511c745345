package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import dev.relevo.local.store.ObjectStore;
import java.util.List;
import java.util.Locale;

/** Definitions of custom resources: their names are completed, and they stay until their objects are gone. */
final class CustomResourceRules implements KindRules {
    private static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";
    private static final List<String> SCOPES = List.of("Cluster", "Namespaced");

    @Override
    public void applyDefaults(ObjectNode definition) {
        ObjectNode spec = Fields.child(definition, "spec");
        ObjectNode names = Fields.child(spec, "names");
        String kind = names.path("kind").asText("");
        Fields.orElseIfEmpty(names, "singular", kind.toLowerCase(Locale.ROOT));
        Fields.orElseIfEmpty(names, "listKind", kind + "List");
        Fields.orElseIfEmpty(Fields.child(spec, "conversion"), "strategy", "None");
    }

    @Override
    public void prepare(Admission.Change change, ObjectStore store) {
        if (change.before().isEmpty()) {
            ObjectNode metadata = Fields.child(change.after(), "metadata");
            metadata.withArrayProperty("finalizers").add(CLEANUP);
        }
    }

    @Override
    public void validate(Admission.Change change, FieldErrors errors) {
        JsonNode spec = change.after().path("spec");
        JsonNode names = spec.path("names");
        String expected =
                names.path("plural").asText("") + "." + spec.path("group").asText("");
        String name = change.after().path("metadata").path("name").asText();
        if (!name.equals(expected)) {
            errors.invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
        }
        for (String field : List.of("plural", "kind")) {
            if (names.path(field).asText("").isEmpty()) {
                errors.required("spec.names." + field, "");
            }
        }
        if (!SCOPES.contains(spec.path("scope").asText())) {
            errors.notSupported("spec.scope", spec.path("scope"), SCOPES);
        }
        if (!spec.path("conversion").path("strategy").asText().equals("None")) {
            errors.notSupported(
                    "spec.conversion.strategy", spec.path("conversion").path("strategy"), List.of("None"));
        }
        versions(spec.path("versions"), errors);
        change.before().ifPresent(before -> {
            for (String field : List.of("group", "scope")) {
                if (!before.path("spec").path(field).equals(spec.path(field))) {
                    errors.invalid("spec." + field, spec.path(field), "field is immutable");
                }
            }
        });
    }

    private static void versions(JsonNode versions, FieldErrors errors) {
        int storage = 0;
        for (int i = 0; i < versions.size(); i++) {
            JsonNode version = versions.get(i);
            storage += version.path("storage").asBoolean() ? 1 : 0;
            if (!version.path("schema").path("openAPIV3Schema").isObject()) {
                errors.required("spec.versions[" + i + "].schema.openAPIV3Schema", "schemas are required");
            }
        }
        if (storage != 1) {
            errors.invalid("spec.versions", versions, "must have exactly one version marked as storage version");
        }
    }
}
