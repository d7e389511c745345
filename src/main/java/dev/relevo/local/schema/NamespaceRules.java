package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import dev.relevo.local.store.ObjectStore;

/** A namespace carries its name as a label, and a finalizer until its content is gone. */
final class NamespaceRules implements KindRules {
    static final String NAME_LABEL = "kubernetes.io/metadata.name";

    @Override
    public void applyDefaults(ObjectNode namespace) {
        ObjectNode metadata = Fields.child(namespace, "metadata");
        String name = metadata.path("name").asText("");
        if (!name.isEmpty()) {
            Fields.child(metadata, "labels").put(NAME_LABEL, name);
        }
    }

    @Override
    public void prepare(Admission.Change change, ObjectStore store) {
        if (change.before().isEmpty()) {
            Fields.child(change.after(), "spec").putArray("finalizers").add("kubernetes");
            change.after().putObject("status").put("phase", "Active");
        }
    }
}
