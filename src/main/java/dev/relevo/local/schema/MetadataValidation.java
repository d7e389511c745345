package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.local.store.Admission;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.util.Set;
import java.util.TreeSet;

/** The rules for metadata, which all kinds share; only the form of the name differs. */
final class MetadataValidation {
    private MetadataValidation() {}

    static void check(Admission.Change change, FieldErrors errors) {
        JsonNode metadata = change.after().path("metadata");
        if (change.before().isEmpty()) {
            String name = metadata.path("name").asText("");
            if (name.isEmpty()) {
                errors.required("metadata.name", "name or generateName is required");
            } else {
                name(change.type(), name, errors);
            }
        }
        Names.labels(metadata.path("labels"), "metadata.labels", errors);
        Names.annotations(metadata.path("annotations"), "metadata.annotations", errors);
        owners(metadata.path("ownerReferences"), errors);
        change.before().ifPresent(before -> noNewFinalizers(before.path("metadata"), metadata, errors));
    }

    private static void name(ResourceType type, String name, FieldErrors errors) {
        if (type.equals(ResourceTypes.SERVICE)) {
            Names.service(name, "metadata.name", errors);
        } else if (type.equals(ResourceTypes.NAMESPACE)) {
            Names.label(name, "metadata.name", errors);
        } else if (type.group().equals("rbac.authorization.k8s.io")) {
            Names.pathSegment(name, "metadata.name", errors);
        } else {
            Names.subdomain(name, "metadata.name", errors);
        }
    }

    private static void owners(JsonNode owners, FieldErrors errors) {
        int controllers = 0;
        for (JsonNode owner : owners) {
            for (String field : new String[] {"apiVersion", "kind", "name", "uid"}) {
                if (owner.path(field).asText("").isEmpty()) {
                    String what = field.equals("apiVersion") ? "version " : "";
                    errors.invalid("metadata.ownerReferences." + field, "", what + "must not be empty");
                }
            }
            controllers += owner.path("controller").asBoolean() ? 1 : 0;
        }
        if (controllers > 1) {
            errors.invalid("metadata.ownerReferences", owners, "Only one reference can have Controller set to true");
        }
    }

    private static void noNewFinalizers(JsonNode before, JsonNode after, FieldErrors errors) {
        if (!before.has("deletionTimestamp")) {
            return;
        }
        Set<String> added = new TreeSet<>();
        after.path("finalizers").forEach(finalizer -> added.add("\"" + finalizer.asText() + "\""));
        before.path("finalizers").forEach(finalizer -> added.remove("\"" + finalizer.asText() + "\""));
        if (!added.isEmpty()) {
            errors.forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                            + String.join(", ", added) + "}");
        }
    }
}
