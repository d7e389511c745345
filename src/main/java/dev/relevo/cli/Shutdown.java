package dev.relevo.cli;

import dev.relevo.cli.command.StopPolicy;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What SIGTERM and Ctrl-C do: the step that runs is interrupted, stops its child processes, brings the cluster into a state
 * that is safe to stay in and says which; only then the process ends. The virtual machine itself gives the exit status
 * (143 or 130).
 */
final class Shutdown {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String AT_ONCE =
            "ended at once: every state that was written is safe to stay in; `relevo status` shows it";

    private final CountDownLatch finished = new CountDownLatch(1);
    private final StopPolicy policy;

    private Shutdown(StopPolicy policy) {
        this.policy = policy;
    }

    /** Takes care of the current thread, which does the work. */
    static Shutdown install(PrintStream err, StopPolicy policy) {
        Shutdown shutdown = new Shutdown(policy);
        Thread worker = Thread.currentThread();
        Thread stop = new Thread(() -> shutdown.stop(worker, err), "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        return shutdown;
    }

    /** The work is done: ends the process, unless it is ending already. */
    void finished(int status) {
        finished.countDown();
        // While the virtual machine is going down exit never returns, and must not: the status is the signal's.
        System.exit(status);
    }

    private void stop(Thread worker, PrintStream err) {
        if (finished.getCount() == 0) {
            return;
        }
        SecondSignal.endsAtOnce(err, AT_ONCE);
        try {
            if (policy.finishes()) {
                err.println("stopping: the deploy comes to its end first; a second signal ends it at once");
                finished.await();
                return;
            }
            err.println("stopping: the running step is brought to a safe state, at most " + PATIENCE.toSeconds() + "s");
            worker.interrupt();
            if (!finished.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                err.println("stopped while the step was still busy; run the command again to bring things in order");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
