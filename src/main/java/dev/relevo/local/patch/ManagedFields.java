package dev.relevo.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.schema.FieldTracker;
import dev.relevo.local.schema.ModelType;
import dev.relevo.local.schema.ModelTypes;
import dev.relevo.local.store.Admission;
import dev.relevo.local.store.Admission.Part;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Records the owners of fields for writes that are not apply patches: the writer owns what it changed, and others lose
 * it. The rules are those of the structured merge of Kubernetes (KEP-555).
 */
public final class ManagedFields implements FieldTracker {
    private final ModelTypes models;
    private final Clock clock;

    public ManagedFields(ModelTypes models, Clock clock) {
        this.models = models;
        this.clock = clock;
    }

    @Override
    public void track(Admission.Change change) {
        ObjectNode after = change.after();
        Optional<ObjectNode> before = change.before();
        if (isReset(after.path("metadata").path("managedFields"))) {
            after.withObjectProperty("metadata").remove("managedFields");
            return;
        }
        Owners given = Owners.of(after);
        Owners owners = given.isEmpty() && before.isPresent() ? Owners.of(before.get()) : given;
        ModelType type = models.of(change.type());
        ObjectNode old = before.orElseGet(() -> skeleton(after));
        Comparison comparison = Comparison.of(type, old, after);
        Set<FieldPath> changed = comparison.changed();
        changed.removeIf(path -> !belongs(path, change.part()));
        Owners.Owner writer = new Owners.Owner(
                change.options().fieldManager(),
                "Update",
                change.type().apiVersion(),
                change.part() == Part.STATUS ? "status" : "");
        for (Owners.Owner other : owners.others(writer)) {
            owners.take(other, changed);
            owners.take(other, comparison.removed());
        }
        Set<FieldPath> owned = new TreeSet<>(owners.of(writer));
        owned.removeAll(comparison.removed());
        owned.addAll(changed);
        if (!changed.isEmpty() || !owned.equals(owners.of(writer))) {
            owners.touch(writer, clock);
        }
        owners.set(writer, owned);
        owners.write(after);
    }

    /** One empty entry says: forget all owners. */
    static boolean isReset(JsonNode entries) {
        return entries.size() == 1 && entries.get(0).isEmpty();
    }

    /** A write of the object does not own its status, nor the other way round. */
    static boolean belongs(FieldPath path, Part part) {
        boolean status = path.elements().get(0).equals("f:status");
        boolean metadata = path.elements().get(0).equals("f:metadata");
        return metadata || (part == Part.STATUS) == status;
    }

    /**
     * What an object is before it is created: the structures that Kubernetes always has are there, empty, so that their
     * creation is nobody's.
     */
    static ObjectNode skeleton(ObjectNode after) {
        ObjectNode empty = JsonNodeFactory.instance.objectNode();
        empty.putObject("metadata");
        copyShape(after, empty, "spec");
        copyShape(after, empty, "status");
        JsonNode spec = after.path("spec");
        if (empty.get("spec") instanceof ObjectNode emptySpec) {
            copyShape(spec, emptySpec, "strategy");
            copyShape(spec, emptySpec, "updateStrategy");
            copyShape(spec, emptySpec, "template");
            if (spec.has("containers")) {
                emptySpec.putArray("containers");
            }
            if (emptySpec.get("template") instanceof ObjectNode template) {
                copyShape(spec.path("template"), template, "metadata");
                copyShape(spec.path("template"), template, "spec");
                if (template.get("spec") instanceof ObjectNode podSpec) {
                    podSpec.putArray("containers");
                }
            }
        }
        return empty;
    }

    private static void copyShape(JsonNode from, ObjectNode to, String field) {
        if (from.path(field).isObject()) {
            to.putObject(field);
        }
    }
}
