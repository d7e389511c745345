package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** The places in a pod spec that name a ConfigMap: volumes, projected volumes, env and envFrom of every container. */
final class ConfigReferences {
    private ConfigReferences() {}

    /** Every name that is referred to, in the order of the places. */
    static Set<String> names(ObjectNode podSpec) {
        Set<String> names = new LinkedHashSet<>();
        each(podSpec, reference -> names.add(reference.path("name").asText()));
        return names;
    }

    /**
     * Changes every reference to one name into another.
     *
     * @return how many there were
     */
    static int rename(ObjectNode podSpec, String from, String to) {
        int[] count = {0};
        each(podSpec, reference -> {
            if (reference.path("name").asText().equals(from)) {
                reference.put("name", to);
                count[0]++;
            }
        });
        return count[0];
    }

    private static void each(ObjectNode podSpec, Consumer<ObjectNode> action) {
        for (JsonNode volume : podSpec.path("volumes")) {
            visit(volume.path("configMap"), action);
            for (JsonNode source : volume.at("/projected/sources")) {
                visit(source.path("configMap"), action);
            }
        }
        PodTemplates.eachContainer(podSpec, container -> {
            container.path("env").forEach(variable -> visit(variable.at("/valueFrom/configMapKeyRef"), action));
            container.path("envFrom").forEach(source -> visit(source.path("configMapRef"), action));
        });
    }

    private static void visit(JsonNode reference, Consumer<ObjectNode> action) {
        if (reference instanceof ObjectNode object && object.path("name").isTextual()) {
            action.accept(object);
        }
    }
}
