package dev.relevo.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.schema.Merging;
import dev.relevo.local.schema.ModelType;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Sets of fields: those that an object has, and their form in {@code fieldsV1}. */
final class FieldSets {
    private static final Set<String> UNMANAGED = Set.of(
            "f:name",
            "f:namespace",
            "f:creationTimestamp",
            "f:deletionTimestamp",
            "f:deletionGracePeriodSeconds",
            "f:selfLink",
            "f:uid",
            "f:generation",
            "f:managedFields",
            "f:resourceVersion");

    private FieldSets() {}

    /** Whether nobody owns the field, because the server alone or the identity of the object decides it. */
    static boolean isUnmanaged(FieldPath path) {
        String first = path.elements().get(0);
        return first.equals("f:apiVersion")
                || first.equals("f:kind")
                || (first.equals("f:metadata")
                        && path.elements().size() > 1
                        && UNMANAGED.contains(path.elements().get(1)))
                || (first.equals("f:metadata") && path.elements().size() == 1);
    }

    /** The fields that an applied configuration has. */
    static Set<FieldPath> of(ModelType type, ObjectNode object) {
        Set<FieldPath> found = new TreeSet<>();
        collect(type, Merging.GRANULAR, object, FieldPath.ROOT, found);
        found.removeIf(FieldSets::isUnmanaged);
        return found;
    }

    private static void collect(ModelType type, Merging merging, JsonNode value, FieldPath at, Set<FieldPath> found) {
        boolean whole = !value.isContainerNode() || value.isEmpty();
        if (whole || merging.ownership() == Merging.Ownership.ATOMIC || (value.isArray() && isGranular(merging))) {
            if (!at.equals(FieldPath.ROOT)) {
                found.add(at);
            }
            return;
        }
        switch (merging.ownership()) {
            case MAP -> {
                for (JsonNode item : value) {
                    FieldPath path = at.child(FieldPath.keyElement(merging.keys(), item));
                    found.add(path);
                    collect(type.items(), itemMerging(type), item, path, found);
                }
            }
            case SET -> value.forEach(item -> found.add(at.child(FieldPath.valueElement(item))));
            default -> {
                for (Map.Entry<String, JsonNode> entry : value.properties()) {
                    ModelType.Field field = type.field(entry.getKey());
                    collect(field.type(), field.merging(), entry.getValue(), at.field(entry.getKey()), found);
                }
            }
        }
    }

    /** A list of unknown type has one owner, although an object of unknown type has not. */
    static boolean isGranular(Merging merging) {
        return merging.ownership() == Merging.Ownership.GRANULAR;
    }

    /** The items of a list of owner references are owned as a whole, all others field by field. */
    static Merging itemMerging(ModelType list) {
        return list.items() instanceof ModelType.Struct struct
                        && struct.structure().name().equals("OwnerReference")
                ? Merging.ATOMIC
                : Merging.GRANULAR;
    }

    static Set<FieldPath> fromJson(JsonNode fields) {
        Set<FieldPath> found = new TreeSet<>();
        read(fields, FieldPath.ROOT, found);
        return found;
    }

    private static void read(JsonNode node, FieldPath at, Set<FieldPath> found) {
        if (node.isEmpty() && !at.equals(FieldPath.ROOT)) {
            found.add(at);
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (entry.getKey().equals(".")) {
                found.add(at);
            } else {
                read(entry.getValue(), at.child(entry.getKey()), found);
            }
        }
    }

    static ObjectNode toJson(Set<FieldPath> fields) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        for (FieldPath path : new TreeSet<>(fields)) {
            ObjectNode node = root;
            for (String element : path.elements()) {
                node = node.get(element) instanceof ObjectNode present ? present : node.putObject(element);
            }
            boolean hasChildren = fields.stream().anyMatch(other -> !other.equals(path) && other.startsWith(path));
            if (hasChildren) {
                node.putObject(".");
            }
        }
        return root;
    }
}
