package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.KubeObject;
import java.util.Optional;
import java.util.function.Consumer;

/** Where pods are described in the kinds that have them. */
final class PodTemplates {
    /** The containers of a Deployment and of the other workloads with a plain template. */
    static final String CONTAINERS = "/spec/template/spec/containers";

    private PodTemplates() {}

    /** The pod spec within an object's tree, whatever workload it is. */
    static Optional<ObjectNode> podSpec(ObjectNode tree) {
        String pointer = switch (tree.path("kind").asText()) {
            case "Pod" -> "/spec";
            case "CronJob" -> "/spec/jobTemplate/spec/template/spec";
            default -> "/spec/template/spec";
        };
        return tree.at(pointer) instanceof ObjectNode spec
                        && spec.path("containers").isArray()
                ? Optional.of(spec)
                : Optional.empty();
    }

    static Optional<ObjectNode> podSpec(KubeObject object) {
        return podSpec(object.tree());
    }

    /** Containers and init containers. */
    static void eachContainer(ObjectNode podSpec, Consumer<ObjectNode> action) {
        for (String field : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : podSpec.path(field)) {
                if (container instanceof ObjectNode object) {
                    action.accept(object);
                }
            }
        }
    }

    /** An image reference without tag and digest. */
    static String repositoryOf(String image) {
        String bare = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
        int colon = bare.lastIndexOf(':');
        return colon > bare.lastIndexOf('/') ? bare.substring(0, colon) : bare;
    }
}
