package dev.relevo.local.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers events to watches in the order of posting, on one thread, so that no consumer runs under the store's lock. */
final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    Dispatcher() {
        thread = new Thread(this::run, "store-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** Must be called under the store's lock: the backlog comes before every later event. */
    Watch subscribe(ResourceType type, List<WatchEvent> backlog, Consumer<WatchEvent> consumer, LongSupplier version) {
        Subscription subscription = new Subscription(type, consumer, version);
        tasks.add(() -> backlog.forEach(subscription::deliver));
        subscriptions.add(subscription);
        return subscription;
    }

    /** Must be called under the store's lock, in the order of versions. */
    void post(ResourceType type, WatchEvent event) {
        for (Subscription subscription : subscriptions) {
            if (subscription.type.equals(type)) {
                tasks.add(() -> subscription.deliver(event));
            }
        }
    }

    private void run() {
        while (!closed) {
            try {
                tasks.take().run();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        subscriptions.clear();
        thread.interrupt();
    }

    private final class Subscription implements Watch {
        private final ResourceType type;
        private final Consumer<WatchEvent> consumer;
        private final LongSupplier version;
        private volatile boolean ended;

        Subscription(ResourceType type, Consumer<WatchEvent> consumer, LongSupplier version) {
            this.type = type;
            this.consumer = consumer;
            this.version = version;
        }

        void deliver(WatchEvent event) {
            if (ended) {
                return;
            }
            try {
                consumer.accept(event);
            } catch (RuntimeException e) {
                LOG.warn("The watch of {} ends: its consumer failed", type, e);
                close();
            }
        }

        @Override
        public void requestBookmark() {
            long now = version.getAsLong();
            tasks.add(() -> deliver(WatchEvent.bookmark(type, now)));
        }

        @Override
        public void close() {
            ended = true;
            subscriptions.remove(this);
        }
    }
}
