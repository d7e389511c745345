package dev.relevo.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.schema.Merging;
import dev.relevo.local.schema.ModelType;
import dev.relevo.local.schema.ModelTypes;
import dev.relevo.local.store.Admission.Part;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.Trees;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Server-side apply: a manager states what it wants, owns that, loses what it no longer states, and conflicts with others
 * who own what it wants to change. The rules are those of the structured merge of Kubernetes (KEP-555).
 */
public final class ServerSideApply {
    private static final String BEFORE_FIRST_APPLY = "before-first-apply";

    private final ModelTypes models;
    private final Clock clock;

    public ServerSideApply(ModelTypes models, Clock clock) {
        this.models = models;
        this.clock = clock;
    }

    /**
     * What is wanted, and by whom.
     *
     * @param type of the object
     * @param part what it is applied to
     * @param configuration the fields that the manager states
     * @param manager who states them
     * @param force take fields from others instead of conflicting
     */
    public record Request(ResourceType type, Part part, ObjectNode configuration, String manager, boolean force) {}

    /**
     * The object after the apply.
     *
     * @param live the object as it is; empty to create it
     * @throws ApiError 409 when others own what would change, 400 when the configuration says managedFields
     */
    public ObjectNode apply(Optional<ObjectNode> live, Request request) {
        ObjectNode wanted = Trees.canonical(request.configuration());
        if (wanted.path("metadata").has("managedFields")) {
            throw ApiError.badRequest("metadata.managedFields must be nil");
        }
        if (request.part() == Part.MAIN && request.type().hasStatus()) {
            wanted.remove("status");
        }
        ModelType type = models.of(request.type());
        ObjectNode before = live.orElseGet(() -> ManagedFields.skeleton(wanted));
        Owners owners = owners(live, request.type(), type);
        Owners.Owner writer = new Owners.Owner(
                request.manager(), "Apply", request.type().apiVersion(), request.part() == Part.STATUS ? "status" : "");
        Set<FieldPath> last = owners.of(writer);
        Set<FieldPath> now = FieldSets.of(type, wanted);
        now.removeIf(path -> !ManagedFields.belongs(path, request.part()));
        ObjectNode after = (ObjectNode) merge(type, Merging.GRANULAR, before, wanted);
        owners.set(writer, now);
        Pruning.remove(type, after, last, owners.all());
        Comparison comparison = Comparison.of(type, before, after);
        settle(owners, writer, comparison, request.force(), LastApplied.allowed(type, before, request.manager()));
        boolean changed = !live.isPresent()
                || !now.equals(last)
                || !comparison.changed().isEmpty()
                || !comparison.removed().isEmpty();
        if (changed) {
            owners.touch(writer, clock);
        }
        owners.write(after);
        LastApplied.update(after, wanted, request.manager());
        return after;
    }

    /** An object that nobody owns was made without tracking: all of it belongs to whoever that was. */
    private static Owners owners(Optional<ObjectNode> live, ResourceType resource, ModelType type) {
        Owners owners = live.map(Owners::of).orElseGet(Owners::new);
        if (live.isPresent() && owners.isEmpty()) {
            Set<FieldPath> all = FieldSets.of(type, live.get());
            all.removeIf(path -> !ManagedFields.belongs(path, Part.MAIN));
            owners.set(new Owners.Owner(BEFORE_FIRST_APPLY, "Update", resource.apiVersion(), ""), all);
        }
        return owners;
    }

    private static void settle(
            Owners owners, Owners.Owner writer, Comparison comparison, boolean force, Set<FieldPath> allowed) {
        ApplyConflicts conflicts = new ApplyConflicts();
        Set<FieldPath> changed = comparison.changed();
        for (Owners.Owner other : owners.others(writer)) {
            Set<FieldPath> contested = new TreeSet<>(owners.of(other));
            contested.retainAll(changed);
            contested.removeAll(allowed);
            if (!contested.isEmpty()) {
                conflicts.add(other, contested);
            }
        }
        if (!force) {
            conflicts.raise();
        }
        for (Owners.Owner other : owners.others(writer)) {
            owners.take(other, changed);
            owners.take(other, comparison.removed());
        }
    }

    /** The live value with what is wanted put over it. */
    private static JsonNode merge(ModelType type, Merging merging, JsonNode live, JsonNode wanted) {
        boolean mergeable = live.isContainerNode() && live.getNodeType() == wanted.getNodeType();
        boolean looseList = wanted.isArray() && FieldSets.isGranular(merging);
        if (!mergeable || looseList || merging.ownership() == Merging.Ownership.ATOMIC) {
            return wanted.deepCopy();
        }
        if (merging.ownership() == Merging.Ownership.GRANULAR) {
            ObjectNode merged = live.deepCopy();
            for (Map.Entry<String, JsonNode> entry : wanted.properties()) {
                ModelType.Field field = type.field(entry.getKey());
                merged.set(
                        entry.getKey(),
                        merge(field.type(), field.merging(), live.path(entry.getKey()), entry.getValue()));
            }
            return merged;
        }
        Map<String, JsonNode> left = Comparison.children(merging, live);
        Map<String, JsonNode> right = Comparison.children(merging, wanted);
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        for (String element : ItemOrder.applied(left.keySet(), right.keySet())) {
            JsonNode item = right.get(element);
            JsonNode old = left.get(element);
            if (item == null || old == null) {
                merged.add(item == null ? old : item);
            } else {
                merged.add(merge(type.items(), FieldSets.itemMerging(type), old, item));
            }
        }
        return merged;
    }
}
