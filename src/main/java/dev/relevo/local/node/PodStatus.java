package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.controller.Conditions;
import dev.relevo.local.controller.Meta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Writes the status of a pod from the state of its containers: phase, conditions, addresses, container statuses. */
final class PodStatus {
    private final ObjectNode pod;
    private final ObjectNode status;
    private final PodAddress address;
    private final Instant startedAt;
    private final boolean mounted;

    PodStatus(ObjectNode pod, PodAddress address, Instant startedAt, boolean mounted) {
        this.pod = pod;
        this.status = Meta.child(pod, "status");
        this.address = address;
        this.startedAt = startedAt;
        this.mounted = mounted;
    }

    /** Whether an init container has done what the others wait for. */
    static boolean isDone(JsonNode pod, ContainerState init) {
        return PodSpecs.isSidecar(PodSpecs.container(pod, init.name())) ? init.started() : init.succeeded();
    }

    void write(List<ContainerState> init, List<ContainerState> main) {
        writeAddresses();
        List<String> incomplete = new ArrayList<>();
        ArrayNode initStatuses = status.putArray("initContainerStatuses");
        for (ContainerState each : init) {
            boolean done = isDone(pod, each);
            if (!done) {
                incomplete.add(each.name());
            }
            ObjectNode shown = each.status().deepCopy();
            if (!PodSpecs.isSidecar(PodSpecs.container(pod, each.name()))) {
                shown.put("ready", done);
            }
            initStatuses.add(shown);
        }
        if (init.isEmpty()) {
            status.remove("initContainerStatuses");
        }
        ArrayNode statuses = status.putArray("containerStatuses");
        List<String> unready = new ArrayList<>();
        for (ContainerState each : main) {
            statuses.add(each.status().deepCopy());
            if (!each.ready()) {
                unready.add(each.name());
            }
        }
        status.put("phase", phase(init, main, incomplete.isEmpty()));
        writeConditions(incomplete, unready);
    }

    private void writeAddresses() {
        status.put("hostIP", "127.0.0.1").put("podIP", address.ip()).put("startTime", Meta.stamp(startedAt));
        status.putArray("hostIPs").addObject().put("ip", "127.0.0.1");
        status.putArray("podIPs").addObject().put("ip", address.ip());
        if (!address.ports().isEmpty()) {
            Meta.annotate(
                    pod,
                    PodAddress.PORTS_ANNOTATION,
                    new ObjectMapper().valueToTree(address.ports()).toString());
        }
    }

    private String phase(List<ContainerState> init, List<ContainerState> main, boolean initialized) {
        String before = status.path("phase").asText();
        if (before.equals("Succeeded") || before.equals("Failed")) {
            return before;
        }
        boolean initFailed = PodSpecs.restartPolicy(pod).equals("Never")
                && init.stream()
                        .anyMatch(each ->
                                each.exitCode().filter(code -> code != 0).isPresent());
        if (initFailed) {
            return "Failed";
        }
        boolean allEnded = main.stream().allMatch(each -> each.exitCode().isPresent());
        boolean allForGood = main.stream().noneMatch(ContainerState::willRun);
        if (allEnded && allForGood) {
            return main.stream().allMatch(ContainerState::succeeded) ? "Succeeded" : "Failed";
        }
        boolean anyStarted =
                main.stream().anyMatch(each -> each.running() || each.exitCode().isPresent());
        boolean someNever = main.stream()
                .anyMatch(each -> !each.running() && each.exitCode().isEmpty());
        return initialized && anyStarted && !someNever ? "Running" : before.equals("Running") ? before : "Pending";
    }

    private void writeConditions(List<String> incompleteInit, List<String> unready) {
        String phase = status.path("phase").asText();
        boolean over = phase.equals("Succeeded");
        condition("PodReadyToStartContainers", mounted && !over && !phase.equals("Failed"), "", "");
        condition(
                "Initialized",
                incompleteInit.isEmpty(),
                over ? "PodCompleted" : incompleteInit.isEmpty() ? "" : "ContainersNotInitialized",
                incompleteInit.isEmpty() ? "" : "containers with incomplete status: " + list(incompleteInit));
        boolean containersReady = unready.isEmpty() && !over && !phase.equals("Failed");
        String reason = over ? "PodCompleted" : phase.equals("Failed") ? "PodFailed" : "ContainersNotReady";
        String message = over || phase.equals("Failed") ? "" : "containers with unready status: " + list(unready);
        condition("ContainersReady", containersReady, reason, message);
        List<String> gates = openGates();
        if (containersReady && !gates.isEmpty()) {
            condition(
                    "Ready",
                    false,
                    "ReadinessGatesNotReady",
                    "corresponding condition of pod readiness gate \"" + gates.get(0) + "\" does not exist.");
        } else {
            condition("Ready", containersReady, reason, message);
        }
        condition("PodScheduled", true, "", "");
    }

    private List<String> openGates() {
        List<String> open = new ArrayList<>();
        for (JsonNode gate : pod.path("spec").path("readinessGates")) {
            String type = gate.path("conditionType").asText();
            if (!Conditions.isTrue(pod, type)) {
                open.add(type);
            }
        }
        return open;
    }

    private void condition(String type, boolean value, String reason, String message) {
        boolean explained = !value || reason.equals("PodCompleted");
        Conditions.set(
                status, type, value ? "True" : "False", explained ? reason : "", explained ? message : "", false);
        for (JsonNode each : status.path("conditions")) {
            if (each.path("type").asText().equals(type) && !each.has("lastProbeTime")) {
                ((ObjectNode) each).putNull("lastProbeTime");
            }
        }
    }

    private static String list(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }
}
