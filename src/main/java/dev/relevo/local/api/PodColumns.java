package dev.relevo.local.api;

import static dev.relevo.local.api.Cells.NONE;
import static dev.relevo.local.api.Cells.age;
import static dev.relevo.local.api.Cells.at;
import static dev.relevo.local.api.Cells.name;
import static dev.relevo.local.api.Cells.text;
import static dev.relevo.local.api.Cells.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.api.Tables.Column;
import java.time.Instant;
import java.util.List;

/** How a pod is printed: its status is the one that tells most, whichever of its many states it comes from. */
final class PodColumns {
    private PodColumns() {}

    static List<Column> columns() {
        return List.of(
                name(),
                text("Ready", PodColumns::ready),
                text("Status", PodColumns::status),
                text("Restarts", PodColumns::restarts),
                age(),
                wide(text("IP", pod -> at(pod, "/status/podIP", NONE))),
                wide(text("Node", pod -> at(pod, "/spec/nodeName", NONE))),
                wide(text("Nominated Node", pod -> at(pod, "/status/nominatedNodeName", NONE))),
                wide(text("Readiness Gates", pod -> gates(pod))));
    }

    private static String ready(ObjectNode pod) {
        int ready = 0;
        for (JsonNode container : pod.at("/status/containerStatuses")) {
            ready += container.path("ready").asBoolean() ? 1 : 0;
        }
        return ready + "/" + pod.at("/spec/containers").size();
    }

    private static String restarts(ObjectNode pod) {
        int restarts = 0;
        String last = "";
        for (JsonNode container : pod.at("/status/containerStatuses")) {
            restarts += container.path("restartCount").asInt();
            String finished = container.at("/lastState/terminated/finishedAt").asText("");
            last = finished.compareTo(last) > 0 ? finished : last;
        }
        return last.isEmpty() || restarts == 0
                ? Integer.toString(restarts)
                : restarts + " (" + HumanDuration.since(last, Instant.now()) + " ago)";
    }

    private static String status(ObjectNode pod) {
        String phase = at(pod, "/status/phase", "Unknown");
        String status = at(pod, "/status/reason", phase);
        String init = initStatus(pod);
        if (!init.isEmpty()) {
            status = init;
        } else {
            status = containerStatus(pod, status);
        }
        if (pod.path("metadata").has("deletionTimestamp")) {
            boolean over = phase.equals("Succeeded") || phase.equals("Failed");
            return over ? status : "Terminating";
        }
        return status;
    }

    private static String initStatus(ObjectNode pod) {
        JsonNode statuses = pod.at("/status/initContainerStatuses");
        for (int i = 0; i < statuses.size(); i++) {
            JsonNode state = statuses.get(i).path("state");
            JsonNode ended = state.path("terminated");
            if (ended.path("exitCode").asInt(1) == 0 && !ended.isMissingNode()) {
                continue;
            }
            if (!ended.isMissingNode()) {
                return "Init:" + endReason(ended);
            }
            String waiting = state.path("waiting").path("reason").asText("");
            return !waiting.isEmpty() && !waiting.equals("PodInitializing")
                    ? "Init:" + waiting
                    : "Init:" + i + "/" + pod.at("/spec/initContainers").size();
        }
        return "";
    }

    private static String containerStatus(ObjectNode pod, String otherwise) {
        String status = otherwise;
        boolean running = false;
        JsonNode statuses = pod.at("/status/containerStatuses");
        for (int i = statuses.size() - 1; i >= 0; i--) {
            JsonNode state = statuses.get(i).path("state");
            String waiting = state.path("waiting").path("reason").asText("");
            if (!waiting.isEmpty()) {
                status = waiting;
            } else if (state.has("terminated")) {
                status = endReason(state.path("terminated"));
            } else if (statuses.get(i).path("ready").asBoolean() && state.has("running")) {
                running = true;
            }
        }
        return status.equals("Completed") && running ? "Running" : status;
    }

    private static String endReason(JsonNode ended) {
        String reason = ended.path("reason").asText("");
        if (!reason.isEmpty()) {
            return reason;
        }
        int signal = ended.path("signal").asInt(0);
        return signal != 0
                ? "Signal:" + signal
                : "ExitCode:" + ended.path("exitCode").asInt();
    }

    private static String gates(ObjectNode pod) {
        int gates = pod.at("/spec/readinessGates").size();
        return gates == 0 ? NONE : "0/" + gates;
    }
}
