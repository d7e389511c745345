package dev.relevo.deploy.lock;

import java.time.Duration;
import java.time.Instant;

/** Time as waits need it. Waits end when something changes, and at the latest when their time is up. */
public interface Pace {
    /** The time of day, for records. */
    Instant now();

    /** Time since some fixed moment; never goes back. */
    Duration elapsed();

    /** Returns when {@link #wake} is called, was called since the last time, or the time is up. */
    void await(Duration atMost) throws InterruptedException;

    /** Runs something again and again while others work, until it is closed. It must not throw. */
    Repeating every(Duration period, Runnable task);

    /** Ends a running, or the next, {@link #await}. Safe to call from any thread. */
    void wake();

    /** Something that is run again and again. */
    interface Repeating extends AutoCloseable {
        @Override
        void close();
    }
}
