package dev.relevo.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** There may be a thousand pods, half of each says who set which field, and nobody asks a pod for that. */
final class LeanPod {
    private LeanPod() {}

    /** The same tree, without what nobody asks for if it is a pod's. */
    static ObjectNode of(ObjectNode tree) {
        boolean pod = Kind.POD.name().equals(tree.path("kind").asText())
                && Kind.POD.apiVersion().equals(tree.path("apiVersion").asText());
        if (pod && tree.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return tree;
    }
}
