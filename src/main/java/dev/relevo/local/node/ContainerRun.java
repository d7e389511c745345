package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One run of a container: its process, what watches it, and how it is ended. */
final class ContainerRun {
    /** What kubelet leaves a process to end when its hook has used the grace up. */
    private static final Duration LEAST_GRACE = Duration.ofSeconds(2);

    final LaunchedContainer surroundings;
    final ContainerProcess process;
    final ContainerLog log;
    final List<ProbeLoop> probes = new ArrayList<>();
    boolean started;
    boolean ready;
    boolean stopping;

    ContainerRun(LaunchedContainer surroundings, ContainerProcess process, ContainerLog log) {
        this.surroundings = surroundings;
        this.process = process;
        this.log = log;
    }

    /**
     * Runs the preStop hook, asks the process to end, and ends it when the time is up.
     *
     * @param hook the hook; a missing node if there is none
     * @param hookFailed is told why the hook failed
     */
    void end(ContainerActions actions, JsonNode hook, Duration grace, Consumer<String> hookFailed) {
        Instant deadline = Instant.now().plus(grace);
        try {
            if (hook.isObject() && !grace.isZero()) {
                preStop(actions, hook, grace, hookFailed);
            }
            process.terminate();
            Duration left = Duration.between(Instant.now(), deadline);
            Duration wait = grace.isZero() || left.compareTo(LEAST_GRACE) > 0 ? left : LEAST_GRACE;
            process.exited().get(Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            process.kill();
        } catch (InterruptedException e) {
            process.kill();
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void preStop(ContainerActions actions, JsonNode hook, Duration grace, Consumer<String> hookFailed)
            throws InterruptedException, ExecutionException {
        CompletableFuture<Probe.Result> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        done.complete(actions.perform(hook, grace));
                    } catch (InterruptedException e) {
                        done.complete(new Probe.Result(false, "interrupted"));
                    }
                },
                "pre-stop");
        thread.setDaemon(true);
        thread.start();
        process.exited().thenRun(() -> done.complete(new Probe.Result(true, "")));
        try {
            Probe.Result result = done.get(grace.toMillis(), TimeUnit.MILLISECONDS);
            if (!result.success()) {
                hookFailed.accept("PreStopHook failed: " + result.message());
            }
        } catch (TimeoutException e) {
            hookFailed.accept("PreStopHook did not complete in " + grace.toSeconds() + "s");
        }
        thread.interrupt();
    }
}
