package dev.relevo.local.controller;

import dev.relevo.local.store.ApiError;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Keys that wait to be reconciled. A key that is added many times is handled once; a key that is added while it is being
 * handled is handled once more afterwards; a failure brings the key back after 5 ms, doubling to 30 s. After client-go's
 * rate limiting work queue.
 *
 * @param <K> what names a piece of work
 */
public final class WorkQueue<K> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(WorkQueue.class.getName());
    private static final long FIRST_RETRY_MILLIS = 5;
    private static final long LAST_RETRY_MILLIS = 30_000;

    /** Handles one key. */
    @FunctionalInterface
    public interface Handler<K> {
        void handle(K key) throws Exception;
    }

    private final String name;
    private final Workers workers;
    private final int parallel;
    private final Handler<K> handler;
    private final LinkedHashSet<K> waiting = new LinkedHashSet<>();
    private final Set<K> running = new HashSet<>();
    private final Map<K, Integer> failures = new HashMap<>();
    private final Map<K, ScheduledFuture<?>> timers = new HashMap<>();
    private boolean closed;

    /**
     * An empty queue.
     *
     * @param parallel how many different keys may be handled at once; one key never is
     */
    public WorkQueue(String name, Workers workers, int parallel, Handler<K> handler) {
        this.name = name;
        this.workers = workers;
        this.parallel = parallel;
        this.handler = handler;
    }

    /** Has the key handled as soon as there is a thread. */
    public synchronized void add(K key) {
        if (!closed && waiting.add(key)) {
            next();
        }
    }

    /** Has the key handled after a time, unless that is due earlier anyway: whoever handles it will say when next. */
    public synchronized void addAfter(K key, Duration delay) {
        ScheduledFuture<?> known = timers.get(key);
        if (closed || (known != null && known.getDelay(TimeUnit.NANOSECONDS) <= delay.toNanos())) {
            return;
        }
        try {
            ScheduledFuture<?> timer = workers.runAfter(delay, () -> due(key));
            timers.put(key, timer);
            if (known != null) {
                known.cancel(false);
            }
        } catch (RejectedExecutionException e) {
            LOG.log(Level.FINE, "{0} ends", name);
        }
    }

    private synchronized void due(K key) {
        timers.remove(key);
        add(key);
    }

    private synchronized void next() {
        for (K key : waiting) {
            if (closed || running.size() >= parallel) {
                return;
            }
            if (!running.contains(key)) {
                waiting.remove(key);
                running.add(key);
                workers.run(() -> handle(key));
                next();
                return;
            }
        }
    }

    private void handle(K key) {
        long retryMillis = 0;
        try {
            handler.handle(key);
            synchronized (this) {
                failures.remove(key);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            retryMillis = retryAfter(key, e);
        } finally {
            synchronized (this) {
                running.remove(key);
                next();
            }
        }
        if (retryMillis > 0) {
            addAfter(key, Duration.ofMillis(retryMillis));
        }
    }

    private synchronized long retryAfter(K key, Exception failure) {
        int count = failures.merge(key, 1, Integer::sum);
        boolean ordinary = failure instanceof ApiError error && (error.isConflict() || error.isNotFound());
        if (!closed && !(ordinary && count < 5)) {
            LOG.log(count < 3 ? Level.WARNING : Level.FINE, name + " could not handle " + key, failure);
        }
        return Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(count - 1, 20));
    }

    /** Takes no more work; what is being handled is not waited for. */
    @Override
    public synchronized void close() {
        closed = true;
        waiting.clear();
        timers.values().forEach(timer -> timer.cancel(false));
        timers.clear();
    }
}
