package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;

/** Reads what a pod's specification says. */
final class PodSpecs {
    private PodSpecs() {}

    /** The container or init container of that name, a missing node if there is none. */
    static JsonNode container(JsonNode pod, String name) {
        for (String field : List.of("containers", "initContainers")) {
            for (JsonNode container : pod.path("spec").path(field)) {
                if (container.path("name").asText().equals(name)) {
                    return container;
                }
            }
        }
        return MissingNode.getInstance();
    }

    /** An init container that goes on running beside the others. */
    static boolean isSidecar(JsonNode initContainer) {
        return initContainer.path("restartPolicy").asText().equals("Always");
    }

    /** Whether a container that ended with this code is to run again. */
    static boolean restarts(JsonNode pod, String name, int code) {
        for (JsonNode init : pod.path("spec").path("initContainers")) {
            if (init.path("name").asText().equals(name)) {
                return isSidecar(init) || (code != 0 && !restartPolicy(pod).equals("Never"));
            }
        }
        return switch (restartPolicy(pod)) {
            case "Never" -> false;
            case "OnFailure" -> code != 0;
            default -> true;
        };
    }

    static String restartPolicy(JsonNode pod) {
        return pod.path("spec").path("restartPolicy").asText("Always");
    }

    /** The container ports of a container, the first named {@code http} (or else the first) foremost. */
    static List<Integer> ports(JsonNode container) {
        List<Integer> ports = new ArrayList<>();
        for (JsonNode port : container.path("ports")) {
            int number = port.path("containerPort").asInt();
            if (port.path("name").asText().equals("http")) {
                ports.add(0, number);
            } else {
                ports.add(number);
            }
        }
        return ports;
    }

    /** The container ports of all containers. */
    static List<Integer> allPorts(JsonNode pod) {
        List<Integer> ports = new ArrayList<>();
        pod.path("spec").path("containers").forEach(container -> ports.addAll(ports(container)));
        pod.path("spec").path("initContainers").forEach(container -> ports.addAll(ports(container)));
        return ports;
    }

    /** The number of a port given by number or by the name of a container port; 0 if there is no such name. */
    static int port(JsonNode container, JsonNode numberOrName) {
        if (numberOrName.isInt() || numberOrName.asText().matches("[0-9]+")) {
            return numberOrName.asInt();
        }
        for (JsonNode port : container.path("ports")) {
            if (port.path("name").asText().equals(numberOrName.asText())) {
                return port.path("containerPort").asInt();
            }
        }
        return 0;
    }

    /** Seconds that the pod has to end, its deletion's own if it is being deleted. */
    static long graceSeconds(JsonNode pod) {
        JsonNode deletion = pod.path("metadata").path("deletionGracePeriodSeconds");
        return deletion.isNumber()
                ? deletion.asLong()
                : pod.path("spec").path("terminationGracePeriodSeconds").asLong(30);
    }
}
