package dev.relevo.local.controller;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that controllers, node and proxy share: some that may block, and one that only watches the clock. */
public final class Workers implements AutoCloseable {
    private final ExecutorService pool = Executors.newCachedThreadPool(daemons("local-worker-"));
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, daemons("local-clock-"));

    public Workers() {
        clock.setRemoveOnCancelPolicy(true);
    }

    private static ThreadFactory daemons(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Runs the task soon on a thread where it may block; does nothing once closed. */
    public void run(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            if (!pool.isShutdown()) {
                throw e;
            }
        }
    }

    /** Runs the task after the delay on a thread where it may block; cancelling the result prevents it. */
    public ScheduledFuture<?> runAfter(Duration delay, Runnable task) {
        return clock.schedule(() -> run(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        // An interrupt in the middle of a write would close the store's file, so what is under way may end by itself.
        pool.shutdown();
        try {
            if (!pool.awaitTermination(5, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
