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
import java.util.Optional;

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

    void write(List<ContainerUnit> init, List<ContainerUnit> main) {
        String policy = PodSpecs.restartPolicy(pod);
        writeAddresses();
        boolean initialized = true;
        List<String> incomplete = new ArrayList<>();
        ArrayNode initStatuses = status.putArray("initContainerStatuses");
        for (ContainerUnit unit : init) {
            boolean sidecar = PodSpecs.isSidecar(PodSpecs.container(pod, unit.name()));
            boolean done = sidecar ? unit.isStarted() : unit.exitCode().equals(Optional.of(0));
            if (!done) {
                incomplete.add(unit.name());
                initialized = false;
            }
            ObjectNode each = unit.status(sidecar || !policy.equals("Never"), "PodInitializing");
            if (!sidecar) {
                each.put("ready", done);
            }
            initStatuses.add(each);
        }
        if (init.isEmpty()) {
            status.remove("initContainerStatuses");
        }
        String idle = init.isEmpty() || initialized ? "ContainerCreating" : "PodInitializing";
        ArrayNode statuses = status.putArray("containerStatuses");
        List<String> unready = new ArrayList<>();
        for (ContainerUnit unit : main) {
            statuses.add(unit.status(willRun(unit, policy), idle));
            if (!unit.isReady()) {
                unready.add(unit.name());
            }
        }
        status.put("phase", phase(init, main, policy, initialized));
        writeConditions(incomplete, unready);
    }

    private boolean willRun(ContainerUnit unit, String policy) {
        return !Meta.isDeleting(pod) && PodWorker.shouldRun(unit, policy);
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

    private String phase(List<ContainerUnit> init, List<ContainerUnit> main, String policy, boolean initialized) {
        String before = status.path("phase").asText();
        if (before.equals("Succeeded") || before.equals("Failed")) {
            return before;
        }
        boolean initFailed = policy.equals("Never")
                && init.stream()
                        .anyMatch(unit ->
                                unit.exitCode().filter(code -> code != 0).isPresent());
        if (initFailed) {
            return "Failed";
        }
        boolean allEnded = main.stream().allMatch(unit -> unit.exitCode().isPresent());
        boolean allForGood = main.stream().noneMatch(unit -> willRun(unit, policy));
        if (allEnded && allForGood) {
            boolean well = main.stream().allMatch(unit -> unit.exitCode().equals(Optional.of(0)));
            return well ? "Succeeded" : "Failed";
        }
        boolean anyStarted = main.stream()
                .anyMatch(unit -> unit.isRunning() || unit.exitCode().isPresent());
        boolean someNever = main.stream()
                .anyMatch(unit -> !unit.isRunning() && unit.exitCode().isEmpty());
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
