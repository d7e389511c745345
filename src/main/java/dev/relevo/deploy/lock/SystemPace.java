package dev.relevo.deploy.lock;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Time as it passes. */
public final class SystemPace implements Pace {
    private final Semaphore changes = new Semaphore(0);

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime());
    }

    @Override
    public void await(Duration atMost) throws InterruptedException {
        if (changes.tryAcquire(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS)) {
            changes.drainPermits();
        }
    }

    @Override
    public Repeating every(Duration period, Runnable task) {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "relevo-lock");
            thread.setDaemon(true);
            return thread;
        });
        scheduler.scheduleWithFixedDelay(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
        return scheduler::shutdownNow;
    }

    @Override
    public void wake() {
        changes.release();
    }
}
