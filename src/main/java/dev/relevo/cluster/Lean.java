package dev.relevo.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** There may be thousands of pods and events, half of each says who set which field, and nobody asks them for that. */
final class Lean {
    private static final Set<String> MANY = Set.of(Kind.POD.name(), Kind.EVENT.name());

    private Lean() {}

    /** The same tree, without what nobody asks for if there may be many of its kind. */
    static ObjectNode of(ObjectNode tree) {
        boolean many = MANY.contains(tree.path("kind").asText())
                && Kind.POD.apiVersion().equals(tree.path("apiVersion").asText());
        if (many && tree.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return tree;
    }
}
