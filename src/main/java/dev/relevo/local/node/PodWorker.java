package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.controller.Meta;
import dev.relevo.local.files.Directories;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Brings one pod to what its object says, like a kubelet's pod worker: each call of {@link #sync} looks at the object and
 * at the containers, does what can be done now, and writes the status that results.
 */
final class PodWorker {
    private static final Duration REMOUNT_AFTER = Duration.ofSeconds(2);
    private static final Duration DRAIN_AT_MOST = Duration.ofSeconds(3);

    private final NodeContext node;
    private final ObjectKey key;
    private final String uid;
    private final Consumer<Duration> again;
    private final PodAddress address;
    private final PodVolumes volumes;
    private final List<ContainerUnit> init = new ArrayList<>();
    private final List<ContainerUnit> main = new ArrayList<>();
    private final Instant startedAt;
    private volatile ObjectNode pod;
    private boolean mounted;
    private boolean ending;
    private volatile boolean finished;
    private volatile boolean stopped;

    /**
     * A worker for one incarnation of a pod.
     *
     * @param again has the pod synchronised after the given time
     */
    PodWorker(NodeContext node, ObjectNode pod, Consumer<Duration> again) throws IOException {
        this.node = node;
        this.pod = pod;
        this.key = ObjectKey.of(ResourceTypes.POD, pod);
        this.uid = Meta.uid(pod);
        this.again = again;
        this.address = node.addresses().allocate(uid, PodSpecs.allPorts(pod));
        this.volumes = new PodVolumes(node.store(), node.podDirectory(uid).resolve("volumes"), node.claims());
        this.startedAt = Meta.time(pod.path("status").path("startTime")).orElse(Instant.now());
        Runnable announce = () -> again.accept(Duration.ZERO);
        for (JsonNode container : pod.path("spec").path("initContainers")) {
            init.add(unit(container, "initContainerStatuses", announce));
        }
        for (JsonNode container : pod.path("spec").path("containers")) {
            main.add(unit(container, "containerStatuses", announce));
        }
    }

    private ContainerUnit unit(JsonNode container, String statuses, Runnable announce) {
        ContainerUnit unit = new ContainerUnit(node, pod, container, address, announce);
        for (JsonNode status : pod.path("status").path(statuses)) {
            if (status.path("name").asText().equals(unit.name())) {
                unit.restore(status);
            }
        }
        return unit;
    }

    String uid() {
        return uid;
    }

    /** Whether nothing remains to be done for this pod, ever. */
    boolean isFinished() {
        return finished;
    }

    /** Brings the pod nearer to what its object says. */
    void sync() throws InterruptedException {
        if (stopped || finished) {
            return;
        }
        Optional<ObjectNode> current =
                node.store().get(key).filter(object -> Meta.uid(object).equals(uid));
        if (current.isEmpty()) {
            // Deleted without grace: nobody waits for it any more.
            finish(Duration.ZERO);
            return;
        }
        pod = current.get();
        updateUnits();
        if (Meta.isDeleting(pod)) {
            end();
            return;
        }
        String phase = pod.path("status").path("phase").asText();
        if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
            advance();
        }
        writeStatus();
    }

    private void updateUnits() {
        for (ContainerUnit unit : init) {
            unit.update(pod, PodSpecs.container(pod, unit.name()));
        }
        for (ContainerUnit unit : main) {
            unit.update(pod, PodSpecs.container(pod, unit.name()));
        }
    }

    private void advance() {
        if (!mount()) {
            return;
        }
        if (!advanceInit()) {
            return;
        }
        for (ContainerUnit unit : main) {
            if (unit.willRun()) {
                unit.start(volumes).ifPresent(again);
            }
        }
        if (main.stream().allMatch(unit -> unit.exitCode().isPresent() && !unit.willRun())) {
            // Sidecars end with the containers that they serve.
            init.forEach(unit -> unit.stop(Duration.ofSeconds(PodSpecs.graceSeconds(pod))));
        }
    }

    private boolean mount() {
        try {
            volumes.refresh(pod, address.ip());
            mounted = true;
            return true;
        } catch (PodVolumes.MountFailure e) {
            if (mounted) {
                return true;
            }
            node.events().warning("kubelet", pod, "FailedMount", String.valueOf(e.getMessage()));
            again.accept(REMOUNT_AFTER);
            return false;
        }
    }

    /** Runs the init containers one after the other; whether all are done (or started, for sidecars). */
    private boolean advanceInit() {
        boolean restarted = main.stream().anyMatch(ContainerUnit::isRunning);
        for (ContainerUnit unit : init) {
            JsonNode container = PodSpecs.container(pod, unit.name());
            if (PodSpecs.isSidecar(container)) {
                if (!unit.isRunning()) {
                    unit.start(volumes).ifPresent(again);
                }
                if (!unit.isStarted() && !restarted) {
                    return false;
                }
            } else if (!restarted && !unit.exitCode().equals(Optional.of(0))) {
                if (unit.willRun()) {
                    unit.start(volumes).ifPresent(again);
                }
                return false;
            }
        }
        return true;
    }

    /** The pod is deleted: no more requests first, then the containers end, then the object goes. */
    private void end() {
        if (ending) {
            return;
        }
        ending = true;
        long grace = PodSpecs.graceSeconds(pod);
        node.workers().run(() -> {
            try {
                if (main.stream().anyMatch(ContainerUnit::isRunning)) {
                    node.drain().await(address.ip(), min(DRAIN_AT_MOST, Duration.ofSeconds(grace)));
                    for (ContainerUnit unit : main) {
                        if (unit.isRunning()) {
                            node.events()
                                    .record(
                                            "kubelet",
                                            pod,
                                            "spec.containers{" + unit.name() + "}",
                                            "Normal",
                                            "Killing",
                                            "Stopping container " + unit.name());
                        }
                    }
                }
                finish(Duration.ofSeconds(grace));
                writeStatus();
                node.store().delete(key, DeleteOptions.now().withUid(uid));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ApiError e) {
                if (!e.isNotFound() && !e.isConflict()) {
                    throw e;
                }
            }
        });
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private void finish(Duration grace) throws InterruptedException {
        stopContainers(grace);
        finished = true;
        node.addresses().release(uid);
        try {
            Directories.delete(node.podDirectory(uid));
            Directories.delete(node.logDirectory(pod));
        } catch (IOException e) {
            node.events().warning("kubelet", pod, "FailedKillPod", "error cleaning up: " + e);
        }
    }

    /** Ends the containers (sidecars after the others) and waits until they are gone. */
    private void stopContainers(Duration grace) throws InterruptedException {
        awaitAll(main, grace);
        awaitAll(init, grace);
    }

    private static void awaitAll(List<ContainerUnit> units, Duration grace) throws InterruptedException {
        CompletableFuture<?>[] exits =
                units.stream().map(unit -> unit.stopForGood(grace)).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(exits).get(grace.toMillis() + 15_000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IllegalStateException("Processes did not end although they were killed", e);
        }
    }

    /** Ends the containers because the node stops; the object stays, and the next node starts them again. */
    void stop(Duration atMost) throws InterruptedException {
        stopped = true;
        stopContainers(min(atMost, Duration.ofSeconds(PodSpecs.graceSeconds(pod))));
    }

    /** Whether the volumes take anything from the ConfigMap or Secret, or its containers wait for something. */
    boolean isInterestedIn(boolean secret, String name) {
        if (!mounted || main.stream().anyMatch(unit -> !unit.isRunning())) {
            return true;
        }
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            if (VolumeFiles.uses(volume, secret, name)) {
                return true;
            }
        }
        return false;
    }

    /** The log of the container's present run, if it runs. */
    Optional<ContainerLog> currentLog(String container) {
        for (List<ContainerUnit> units : List.of(main, init)) {
            for (ContainerUnit unit : units) {
                if (unit.name().equals(container)) {
                    return unit.currentLog();
                }
            }
        }
        return Optional.empty();
    }

    private void writeStatus() {
        // Looked at before the store is locked: a container that tells of itself is locked, and waits for the store.
        List<ContainerState> first = states(init, "PodInitializing");
        boolean initialized = first.stream().allMatch(state -> PodStatus.isDone(pod, state));
        List<ContainerState> then = states(main, initialized ? "ContainerCreating" : "PodInitializing");
        try {
            node.store().modifyStatus(key, WriteOptions.by("kubelet"), object -> {
                if (Meta.uid(object).equals(uid)) {
                    new PodStatus(object, address, startedAt, mounted).write(first, then);
                }
                return object;
            });
        } catch (ApiError e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private static List<ContainerState> states(List<ContainerUnit> units, String idle) {
        return units.stream().map(unit -> unit.state(idle)).toList();
    }
}
