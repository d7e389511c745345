package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.controller.Meta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One container of one pod through all its runs: what runs now, how the last run ended, when the next may begin. Changes
 * that happen by themselves (an exit, a probe's verdict) are announced, for the pod to be looked at again.
 */
final class ContainerUnit {
    private static final Duration HOOK_AT_MOST = Duration.ofMinutes(5);
    private static final Duration PULL_ERROR_SHOWN = Duration.ofSeconds(2);

    private final NodeContext node;
    private final String name;
    private final Runnable announce;
    private final ImagePuller puller;
    private final BackOff backOff;

    private JsonNode pod;
    private JsonNode container;
    private PodAddress address;
    private final ContainerHistory history = new ContainerHistory();
    private volatile @Nullable ContainerRun run;
    private Optional<CannotStart> waiting = Optional.empty();
    private boolean crashLooping;
    private Instant notBefore = Instant.EPOCH;
    private boolean over;

    ContainerUnit(NodeContext node, JsonNode pod, JsonNode container, PodAddress address, Runnable announce) {
        this.node = node;
        this.pod = pod;
        this.container = container;
        this.address = address;
        this.name = container.path("name").asText();
        this.announce = announce;
        this.puller = new ImagePuller(node);
        this.backOff = node.backOff();
    }

    String name() {
        return name;
    }

    /** Goes on from what a pod's status said before this node was started. */
    synchronized void restore(JsonNode status) {
        history.restore(status);
    }

    synchronized void update(JsonNode newPod, JsonNode newContainer) {
        pod = newPod;
        container = newContainer;
    }

    /** Also asked by who has no time to wait while the container is being started. */
    boolean isRunning() {
        return run != null;
    }

    synchronized boolean isStarted() {
        return run != null && run.started;
    }

    synchronized boolean isReady() {
        return run != null && run.ready;
    }

    /** How the container ended if it does not run, empty if it never ran. */
    synchronized Optional<Integer> exitCode() {
        return run == null ? history.exitCode() : Optional.empty();
    }

    synchronized Optional<ContainerLog> currentLog() {
        return run == null ? Optional.empty() : Optional.of(run.log);
    }

    synchronized int restarts() {
        return history.restarts();
    }

    /** Whether it does not run and is to, at first or again. */
    synchronized boolean willRun() {
        return run == null
                && !Meta.isDeleting(pod)
                && history.exitCode()
                        .map(code -> PodSpecs.restarts(pod, name, code))
                        .orElse(true);
    }

    /**
     * Starts the container unless it has to wait.
     *
     * @return how long to wait before it is worth trying again; empty when it runs or only an event can help
     */
    synchronized Optional<Duration> start(PodVolumes volumes) {
        if (over) {
            return Optional.empty();
        }
        Instant now = Instant.now();
        if (now.isBefore(notBefore)) {
            return Optional.of(Duration.between(now, notBefore));
        }
        if (history.hasEnded()) {
            Duration wait = backOff.remaining(history.finishedAt().orElse(now), now);
            if (wait.toMillis() > 0) {
                if (!crashLooping) {
                    event(
                            "Warning",
                            "BackOff",
                            "Back-off restarting failed container " + name + " in pod " + podText());
                }
                crashLooping = true;
                return Optional.of(wait);
            }
        }
        try {
            ImagePuller.Pulled pulled = puller.pull(pod, container);
            launch(pulled, volumes, now);
            return Optional.empty();
        } catch (CannotStart e) {
            return cannotStart(e, now);
        } catch (IOException e) {
            return cannotStart(new CannotStart("CreateContainerError", e.toString()), now);
        }
    }

    private Optional<Duration> cannotStart(CannotStart why, Instant now) {
        if (why.reason().equals("StartError")) {
            // The container exists, only its process does not: kubelet counts this as a run.
            event("Warning", "Failed", "Error: failed to start container \"" + name + "\": " + why.getMessage());
            beginRun(now);
            history.end(128, "StartError", "failed to start container: " + why.getMessage(), now);
            backOffAfterEnd(now);
            announce.run();
            return Optional.empty();
        }
        boolean repeated = waiting.map(CannotStart::getMessage).equals(Optional.ofNullable(why.getMessage()));
        if (!why.reason().contains("Image") || why.reason().equals("ErrImageNeverPull")) {
            event("Warning", "Failed", "Error: " + why.getMessage());
        }
        waiting = Optional.of(why);
        Duration wait = puller.backOffRemaining(now);
        if (why.reason().equals("ErrImagePull")) {
            // Kubelet tells of the error itself for a moment before it tells of the back-off.
            notBefore = now.plus(PULL_ERROR_SHOWN);
            return Optional.of(PULL_ERROR_SHOWN);
        }
        return Optional.of(wait.toMillis() > 0 ? wait : Duration.ofSeconds(repeated ? 10 : 2));
    }

    private void launch(ImagePuller.Pulled pulled, PodVolumes volumes, Instant now) throws IOException, CannotStart {
        Path directory = node.podDirectory(Meta.uid(pod)).resolve("containers").resolve(name);
        Files.createDirectories(directory);
        String image = container.path("image").asText();
        history.from(image, ImageNames.withDigest(image, pulled.image().digest()));
        ContainerLauncher.Prepared prepared = new ContainerLauncher(node.store(), pod, address, volumes)
                .prepare(container, pulled.image(), pulled.root(), directory.resolve("root"));
        event("Normal", "Created", "Created container: " + name);
        int number = history.nextRun();
        Path logs = Files.createDirectories(node.logDirectory(pod).resolve(name));
        ContainerLog log =
                new ContainerLog(logs.resolve(number + ".log"), node.options().logBytes());
        ContainerProcess process;
        try {
            process = ContainerProcess.start(prepared.main(), log, directory.resolve("process.json"));
        } catch (IOException e) {
            log.close();
            throw new CannotStart("StartError", String.valueOf(e.getMessage()));
        }
        forgetOldLogs(logs, number);
        beginRun(now);
        ContainerRun started = new ContainerRun(prepared.surroundings(), process, log);
        run = started;
        event("Normal", "Started", "Started container " + name);
        if (container.path("lifecycle").path("postStart").isObject()) {
            node.workers().run(() -> postStart(started));
        } else {
            startProbes(started);
        }
        started.process.exited().thenAccept(code -> ended(started, code));
    }

    /** The container counts as started when its hook is done; one whose hook fails is ended. */
    private void postStart(ContainerRun started) {
        ContainerActions actions = new ContainerActions(container, started.surroundings, address);
        try {
            Probe.Result result = actions.perform(container.path("lifecycle").path("postStart"), HOOK_AT_MOST);
            if (result.success()) {
                synchronized (this) {
                    if (run == started) {
                        startProbes(started);
                    }
                }
                announce.run();
            } else if (started.process.alive()) {
                event("Warning", "FailedPostStartHook", "PostStartHook failed: " + result.message());
                stop(Duration.ofSeconds(PodSpecs.graceSeconds(pod)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kubelet keeps the log of the run before. */
    private static void forgetOldLogs(Path logs, int number) throws IOException {
        for (int old = number - 2; old >= 0 && Files.exists(logs.resolve(old + ".log")); old--) {
            Files.deleteIfExists(ContainerLog.older(logs.resolve(old + ".log")));
            Files.deleteIfExists(logs.resolve(old + ".log"));
        }
    }

    private void beginRun(Instant now) {
        if (history.begin()) {
            backOff.repeat(now);
        }
        waiting = Optional.empty();
        crashLooping = false;
    }

    private void startProbes(ContainerRun started) {
        Optional<Probe> startup = Probe.of(container, Probe.Kind.STARTUP);
        started.started = startup.isEmpty();
        started.ready =
                startup.isEmpty() && Probe.of(container, Probe.Kind.READINESS).isEmpty();
        if (startup.isPresent()) {
            watch(started, startup.get());
        } else {
            startLaterProbes(started);
        }
    }

    private void startLaterProbes(ContainerRun started) {
        Probe.of(container, Probe.Kind.READINESS).ifPresent(probe -> watch(started, probe));
        Probe.of(container, Probe.Kind.LIVENESS).ifPresent(probe -> watch(started, probe));
    }

    private void watch(ContainerRun watched, Probe probe) {
        ContainerActions actions = new ContainerActions(container, watched.surroundings, address);
        ProbeLoop loop = new ProbeLoop(
                probe,
                () -> actions.perform(probe.action(), probe.timeout()),
                node.workers(),
                new ProbeLoop.Listener() {
                    @Override
                    public void attemptFailed(Probe failed, Probe.Result result) {
                        if (watched.process.alive()) {
                            event("Warning", "Unhealthy", failed.kind().title() + " probe failed: " + result.message());
                        }
                    }

                    @Override
                    public void decided(Probe decided, boolean success, Probe.Result last) {
                        verdict(watched, decided, success);
                    }
                });
        watched.probes.add(loop);
        loop.start(Duration.between(watched.process.startedAt(), Instant.now()));
    }

    private synchronized void verdict(ContainerRun watched, Probe probe, boolean success) {
        if (run != watched) {
            return;
        }
        switch (probe.kind()) {
            case READINESS -> {
                if (watched.ready != success) {
                    watched.ready = success;
                    announce.run();
                }
            }
            case STARTUP -> {
                if (success && !watched.started) {
                    watched.started = true;
                    watched.probes.forEach(ProbeLoop::cancel);
                    watched.probes.clear();
                    watched.ready = Probe.of(container, Probe.Kind.READINESS).isEmpty();
                    startLaterProbes(watched);
                    announce.run();
                } else if (!success) {
                    endUnhealthy(watched, probe);
                }
            }
            case LIVENESS -> {
                if (!success) {
                    endUnhealthy(watched, probe);
                }
            }
        }
    }

    private void endUnhealthy(ContainerRun unhealthy, Probe probe) {
        if (unhealthy.stopping) {
            return;
        }
        event(
                "Normal",
                "Killing",
                "Container " + name + " failed " + probe.kind().title().toLowerCase(java.util.Locale.ROOT)
                        + " probe, will be restarted");
        unhealthy.ready = false;
        long grace = probe.graceSeconds().orElse(PodSpecs.graceSeconds(pod));
        node.workers().run(() -> stop(Duration.ofSeconds(grace)));
    }

    /** Like {@link #stop}; no other run follows. */
    CompletableFuture<Integer> stopForGood(Duration grace) {
        synchronized (this) {
            over = true;
        }
        return stop(grace);
    }

    /**
     * Ends the present run: preStop hook, SIGTERM, and SIGKILL when the time is up.
     *
     * @return completes when nothing of the container runs any more
     */
    CompletableFuture<Integer> stop(Duration grace) {
        ContainerRun stopped;
        JsonNode hook;
        synchronized (this) {
            if (run == null) {
                return CompletableFuture.completedFuture(0);
            }
            stopped = run;
            hook = container.path("lifecycle").path("preStop");
            if (stopped.stopping) {
                return stopped.process.exited();
            }
            stopped.stopping = true;
        }
        ContainerActions actions = new ContainerActions(container, stopped.surroundings, address);
        node.workers().run(() -> stopped.end(actions, hook, grace, why -> event("Warning", "FailedPreStopHook", why)));
        return stopped.process.exited();
    }

    private synchronized void ended(ContainerRun ended, int code) {
        ended.probes.forEach(ProbeLoop::cancel);
        if (run != ended) {
            return;
        }
        run = null;
        history.end(code, code == 0 ? "Completed" : "Error", "", ended.process.startedAt());
        backOffAfterEnd(Instant.now());
        announce.run();
    }

    private void backOffAfterEnd(Instant now) {
        crashLooping = false;
        if (backOff.remaining(now, now).toMillis() > 0 && willRun()) {
            event("Warning", "BackOff", "Back-off restarting failed container " + name + " in pod " + podText());
            crashLooping = true;
        }
    }

    /**
     * What it is now.
     *
     * @param idle what a container that never ran waits for, as Kubernetes names it
     */
    synchronized ContainerState state(String idle) {
        boolean willRun = willRun();
        ObjectNode status = status(willRun, idle);
        status.put("name", name).put("ready", isReady()).put("started", isStarted());
        if (status.path("image").asText().isEmpty()) {
            status.put("image", container.path("image").asText());
        }
        return new ContainerState(name, isRunning(), isStarted(), isReady(), exitCode(), willRun, status);
    }

    private ObjectNode status(boolean willRun, String idle) {
        if (run != null) {
            return history.running(run.process.startedAt());
        }
        if (waiting.isPresent()) {
            return history.waiting(
                    waiting.get().reason(), String.valueOf(waiting.get().getMessage()));
        }
        if (!history.hasEnded()) {
            return history.waiting(idle, "");
        }
        return willRun && crashLooping
                ? history.waiting(
                        "CrashLoopBackOff",
                        "back-off " + backOff.delayText() + " restarting failed container=" + name + " pod="
                                + podText())
                : history.terminated();
    }

    private String podText() {
        return Meta.name(pod) + "_" + Meta.namespace(pod) + "(" + Meta.uid(pod) + ")";
    }

    private void event(String type, String reason, String message) {
        node.events().record("kubelet", pod, ImagePuller.field(container), type, reason, message);
    }
}
