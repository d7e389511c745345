package dev.relevo.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.schema.Merging;
import dev.relevo.local.schema.ModelType;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How two objects differ, field by field.
 *
 * @param added what only the new one has
 * @param modified what both have with different values
 * @param removed what only the old one has
 */
record Comparison(Set<FieldPath> added, Set<FieldPath> modified, Set<FieldPath> removed) {

    static Comparison of(ModelType type, ObjectNode before, ObjectNode after) {
        Comparison comparison = new Comparison(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        comparison.visit(type, Merging.GRANULAR, before, after, FieldPath.ROOT);
        for (Set<FieldPath> paths : List.of(comparison.added, comparison.modified, comparison.removed)) {
            paths.removeIf(path -> path.equals(FieldPath.ROOT) || FieldSets.isUnmanaged(path));
        }
        return comparison;
    }

    /** Everything that the new object has otherwise than the old one. */
    Set<FieldPath> changed() {
        Set<FieldPath> all = new TreeSet<>(added);
        all.addAll(modified);
        return all;
    }

    private void visit(ModelType type, Merging merging, JsonNode before, JsonNode after, FieldPath at) {
        if (before.equals(after)) {
            return;
        }
        boolean containers = (before.isMissingNode() || before.isContainerNode())
                && (after.isMissingNode() || after.isContainerNode())
                && (before.isMissingNode() || after.isMissingNode() || before.isArray() == after.isArray());
        boolean bothEmpty = before.isEmpty() && after.isEmpty();
        boolean looseList = FieldSets.isGranular(merging) && (before.isArray() || after.isArray());
        if (!containers || bothEmpty || looseList || merging.ownership() == Merging.Ownership.ATOMIC) {
            leaf(before, after, at);
            return;
        }
        if (before.isMissingNode()) {
            added.add(at);
        } else if (after.isMissingNode()) {
            removed.add(at);
        }
        Map<String, JsonNode> left = children(merging, before);
        Map<String, JsonNode> right = children(merging, after);
        Set<String> elements = new LinkedHashSet<>(left.keySet());
        elements.addAll(right.keySet());
        for (String element : elements) {
            JsonNode old = left.getOrDefault(element, MissingNode.getInstance());
            JsonNode now = right.getOrDefault(element, MissingNode.getInstance());
            if (merging.ownership() == Merging.Ownership.GRANULAR) {
                ModelType.Field field = type.field(element.substring(2));
                visit(field.type(), field.merging(), old, now, at.child(element));
            } else {
                visit(type.items(), FieldSets.itemMerging(type), old, now, at.child(element));
            }
        }
    }

    private void leaf(JsonNode before, JsonNode after, FieldPath at) {
        (before.isMissingNode() ? added : after.isMissingNode() ? removed : modified).add(at);
    }

    static Map<String, JsonNode> children(Merging merging, JsonNode container) {
        Map<String, JsonNode> children = new LinkedHashMap<>();
        switch (merging.ownership()) {
            case MAP -> container.forEach(item -> children.put(FieldPath.keyElement(merging.keys(), item), item));
            case SET -> container.forEach(item -> children.put(FieldPath.valueElement(item), item));
            default -> container.properties().forEach(entry -> children.put("f:" + entry.getKey(), entry.getValue()));
        }
        return children;
    }
}
