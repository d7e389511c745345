package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectList;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.Watch;
import dev.relevo.local.store.WatchEvent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Writes the changes of a type to one client until its time is over or it goes. */
final class WatchStream implements ApiResponse.Writer {
    private static final Duration BOOKMARK_EVERY = Duration.ofSeconds(20);
    private static final long DEFAULT_SECONDS = 1800;
    /** A client that is so far behind is cut off and lists anew. */
    private static final int MAX_BEHIND = 20_000;

    private final ObjectStore store;
    private final ResourceType type;
    private final String namespace;
    private final ListQuery query;
    private final Representation form;
    private final String include;
    private final AtomicBoolean stopping;
    private final BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>(MAX_BEHIND);
    private volatile boolean overrun;
    private boolean described;

    WatchStream(
            ObjectStore store,
            ResourcePath path,
            ListQuery query,
            Representation form,
            String include,
            AtomicBoolean stopping) {
        this.store = store;
        this.type = path.type();
        this.namespace = path.namespace();
        this.query = query;
        this.form = form;
        this.include = include;
        this.stopping = stopping;
    }

    @Override
    public void write(OutputStream out) throws IOException {
        long from = query.version().orElse(0L);
        boolean initial = query.initialEvents().orElse(from == 0);
        if (initial || from == 0) {
            ObjectList list = store.snapshot(type, namespace, query.labels());
            from = list.resourceVersion();
            if (initial) {
                present(list, out);
            }
        }
        try (Watch watch = store.watch(type, from, this::enqueue)) {
            out.flush();
            deliver(watch, out);
        } catch (ApiError expired) {
            send("ERROR", expired.toStatus(), out);
            out.flush();
        }
    }

    private void enqueue(WatchEvent event) {
        if (!events.offer(event)) {
            overrun = true;
        }
    }

    private void present(ObjectList list, OutputStream out) throws IOException {
        for (ObjectNode object : list.items()) {
            if (query.fields().matches(object)) {
                send("ADDED", represent(object), out);
            }
        }
        if (query.initialEvents().orElse(false)) {
            bookmark(list.resourceVersion(), true, out);
        }
    }

    private void deliver(Watch watch, OutputStream out) throws IOException {
        long end = System.nanoTime()
                + TimeUnit.SECONDS.toNanos(
                        query.timeoutSeconds().filter(s -> s > 0).orElse(DEFAULT_SECONDS));
        long nextBookmark = System.nanoTime() + BOOKMARK_EVERY.toNanos();
        while (!overrun && !stopping.get()) {
            long now = System.nanoTime();
            if (now >= end) {
                return;
            }
            if (query.bookmarks() && now >= nextBookmark) {
                nextBookmark = now + BOOKMARK_EVERY.toNanos();
                watch.requestBookmark();
            }
            long wait = Math.min(Math.min(end, nextBookmark) - now, TimeUnit.SECONDS.toNanos(1));
            WatchEvent event = next(Math.max(wait, 1));
            if (event != null) {
                send(event, out);
                for (WatchEvent next = events.poll(); next != null; next = events.poll()) {
                    send(next, out);
                }
            }
            out.flush();
        }
    }

    private @Nullable WatchEvent next(long nanos) throws IOException {
        try {
            return events.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server is stopping");
        }
    }

    private void send(WatchEvent event, OutputStream out) throws IOException {
        if (event.type() == WatchEvent.Type.BOOKMARK) {
            bookmark(event.resourceVersion(), false, out);
            return;
        }
        if (!namespace.isEmpty()
                && !event.object().path("metadata").path("namespace").asText().equals(namespace)) {
            return;
        }
        boolean now = event.type() != WatchEvent.Type.DELETED && query.matches(event.object());
        boolean before = event.previous().filter(query::matches).isPresent()
                || (event.type() == WatchEvent.Type.MODIFIED && event.previous().isEmpty());
        if (now) {
            send(before ? "MODIFIED" : "ADDED", represent(event.object()), out);
        } else if (before) {
            send("DELETED", represent(last(event)), out);
        }
    }

    /** What leaves a selection is shown as it was, at the version at which it left. */
    private static ObjectNode last(WatchEvent event) {
        if (event.type() == WatchEvent.Type.DELETED) {
            return event.object();
        }
        ObjectNode last = event.previous().orElse(event.object()).deepCopy();
        last.withObjectProperty("metadata").put("resourceVersion", Long.toString(event.resourceVersion()));
        return last;
    }

    private void bookmark(long version, boolean endOfInitial, OutputStream out) throws IOException {
        ObjectNode object = Representation.header(type.kind(), type.apiVersion());
        ObjectNode metadata = object.putObject("metadata").put("resourceVersion", Long.toString(version));
        if (endOfInitial) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        send("BOOKMARK", form == Representation.OBJECT ? object : form.one(type, object, include), out);
    }

    /** A table names its columns in the first event only. */
    private ObjectNode represent(ObjectNode object) {
        ObjectNode shown = form.one(type, object, include);
        if (form == Representation.TABLE) {
            if (described) {
                shown.putArray("columnDefinitions");
            }
            described = true;
        }
        return shown;
    }

    private static void send(String event, ObjectNode object, OutputStream out) throws IOException {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("type", event);
        line.set("object", object);
        out.write(Bodies.bytes(line));
        out.write('\n');
    }
}
