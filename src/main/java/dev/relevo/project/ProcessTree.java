package dev.relevo.project;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A process with everything that it started. */
final class ProcessTree {
    private static final Duration STEP = Duration.ofMillis(20);
    /** The system ends a forced process soon, not at once; one that nobody collects looks alive for ever. */
    private static final Duration LAST_BREATH = Duration.ofSeconds(1);

    private final Process root;
    private final Set<ProcessHandle> members = new LinkedHashSet<>();

    ProcessTree(Process root) {
        this.root = root;
    }

    /**
     * Asks every member to end (SIGTERM) and forces those that still live after the grace period (SIGKILL). A child whose
     * parent has ended is nobody's descendant any more, so all members are noted before the first one is asked.
     */
    synchronized void stop(Duration grace) {
        note();
        members.forEach(ProcessHandle::destroy);
        root.destroy();
        long deadline = System.nanoTime() + grace.toNanos();
        while (alive() && System.nanoTime() < deadline) {
            pause();
            note();
        }
        note();
        members.forEach(ProcessHandle::destroyForcibly);
        root.destroyForcibly();
        long gone = System.nanoTime() + LAST_BREATH.toNanos();
        while (alive() && System.nanoTime() < gone) {
            pause();
        }
    }

    private void note() {
        root.descendants().forEach(members::add);
        for (ProcessHandle member : Set.copyOf(members)) {
            member.descendants().forEach(members::add);
        }
    }

    private boolean alive() {
        return root.isAlive() || members.stream().anyMatch(ProcessHandle::isAlive);
    }

    /** Waiting for the end of a process other than the root is a matter of looking again; nothing announces it in time. */
    private void pause() {
        boolean interrupted = Thread.interrupted();
        try {
            if (!root.waitFor(STEP.toMillis(), TimeUnit.MILLISECONDS) || !alive()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(STEP.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
