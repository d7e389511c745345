package dev.relevo.local.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.schema.Merging;
import dev.relevo.local.schema.ModelType;
import java.util.Set;
import java.util.TreeSet;

/** Removes what a manager stated before, states no longer, and nobody else owns. */
final class Pruning {
    private Pruning() {}

    /**
     * Removes in place.
     *
     * @param last what the manager owned
     * @param kept what anybody owns now
     */
    static void remove(ModelType type, ObjectNode object, Set<FieldPath> last, Set<FieldPath> kept) {
        Set<FieldPath> candidates = new TreeSet<>();
        for (FieldPath path : last) {
            for (FieldPath at = path; at.elements().size() > 1; at = at.parent()) {
                if (at.equals(path) || isNamedField(type, at)) {
                    candidates.add(at);
                }
            }
        }
        for (FieldPath candidate : candidates) {
            boolean owned = kept.stream().anyMatch(path -> path.startsWith(candidate));
            if (!owned) {
                removeAt(type, object, candidate);
            }
        }
    }

    /** Whether the path ends in a field of a structure, which goes with the last of what was owned in it. */
    private static boolean isNamedField(ModelType root, FieldPath path) {
        ModelType type = root;
        for (String element : path.parent().elements()) {
            type = element.startsWith("f:") ? type.field(element.substring(2)).type() : type.items();
        }
        String last = path.elements().get(path.elements().size() - 1);
        return last.startsWith("f:") && type instanceof ModelType.Struct;
    }

    private static void removeAt(ModelType root, ObjectNode object, FieldPath path) {
        JsonNode node = object;
        ModelType type = root;
        Merging merging = Merging.GRANULAR;
        for (String element : path.parent().elements()) {
            node = Comparison.children(merging, node).getOrDefault(element, MissingNode.getInstance());
            if (element.startsWith("f:")) {
                ModelType.Field field = type.field(element.substring(2));
                type = field.type();
                merging = field.merging();
            } else {
                merging = FieldSets.itemMerging(type);
                type = type.items();
            }
        }
        String last = path.elements().get(path.elements().size() - 1);
        if (node instanceof ObjectNode parent) {
            parent.remove(last.substring(2));
        } else if (node instanceof ArrayNode list) {
            for (int i = list.size() - 1; i >= 0; i--) {
                String element = merging.ownership() == Merging.Ownership.MAP
                        ? FieldPath.keyElement(merging.keys(), list.get(i))
                        : FieldPath.valueElement(list.get(i));
                if (element.equals(last)) {
                    list.remove(i);
                }
            }
        }
    }
}
