package dev.relevo.samples.clients;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/**
 * What a signal that asks the process to end leads to. No shutdown hook does it, since hooks run side by side:
 * OpenTelemetry's agent has one that sends what it holds and stops, so the traces of all requests of the drain time would be
 * lost. After the exit below that hook runs when the last request is answered.
 */
final class Termination {
    /** What a shell shows of a process that a signal ended, and what the JVM does by itself. */
    private static final int ENDED_BY_SIGNAL = 128;

    private Termination() {}

    /** From now on SIGTERM and SIGINT let the service leave first; those that follow the first change nothing. */
    static void leavesBy(GracefulExit exit) {
        AtomicBoolean leaving = new AtomicBoolean();
        for (String name : List.of("TERM", "INT")) {
            Signal signal = new Signal(name);
            Thread shutdown = new Thread(
                    () -> {
                        exit.leave();
                        System.exit(ENDED_BY_SIGNAL + signal.getNumber());
                    },
                    "shutdown");
            Signal.handle(signal, received -> {
                if (leaving.compareAndSet(false, true)) {
                    shutdown.start();
                }
            });
        }
    }
}
