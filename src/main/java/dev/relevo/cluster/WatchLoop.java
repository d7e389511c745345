package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * List and watch: keeps the current objects of a collection and tells of changes, of those that come together in one go. The stream
 * is only a hint that makes it fast; a list stands behind it whenever the stream breaks, is told to be too old, or says nothing for a while.
 */
final class WatchLoop implements Cluster.Watching {
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    /** A stream that ends so soon, so often, without a word is stale although nobody says 410. */
    private static final int ENDS_BEFORE_RELIST = 3;
    /** Whoever waits learns of something even while changes come without pause. */
    private static final int MOST_UNTOLD = 4 * WatchStream.MOST_LINES;

    private final Supplier<Cluster.Listing> list;
    private final Function<String, WatchStream> open;
    private final Function<KubeObject, String> key;
    private final Consumer<Map<String, KubeObject>> onChange;
    private final WatchPatience patience;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread thread;

    private Map<String, KubeObject> state = new TreeMap<>();
    /** From where the stream can be taken up again; empty while what comes may still be the first state, in no order. */
    private String version = "";

    private Optional<WatchStream> begun = Optional.empty();
    private int quickEnds;
    private int untold;

    /** Where the first state comes from. */
    enum Start {
        /** A list: it is known as a whole before anything else happens. */
        LIST,
        /**
         * The stream: without a resourceVersion it begins with what is there ("Get State and Start at Most Recent" in Kubernetes'
         * API concepts), and does not say where that ends.
         */
        STREAM
    }

    /**
     * Takes the first state, tells the caller of it, and follows from there.
     *
     * @param list the whole collection
     * @param open the stream of changes after a resourceVersion, or from the beginning when that is empty
     * @param key an object's key in the map
     * @param patience how long the stream is waited for
     */
    WatchLoop(
            String name,
            Start start,
            Supplier<Cluster.Listing> list,
            Function<String, WatchStream> open,
            Function<KubeObject, String> key,
            Consumer<Map<String, KubeObject>> onChange,
            WatchPatience patience) {
        this.list = list;
        this.open = open;
        this.key = key;
        this.onChange = onChange;
        this.patience = patience;
        if (start == Start.LIST || !begin()) {
            relist();
        }
        publish();
        thread = new Thread(this::runToTheEnd, "relevo-watch-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            thread.interrupt();
        }
    }

    /** @return whether the stream is open; why it is not, a list finds out */
    private boolean begin() {
        WatchStream stream = open.apply("");
        try {
            Optional<WatchStream.Signal> answer = stream.next(patience.first().toMillis());
            if (answer.orElse(null) instanceof WatchStream.Signal.Opened opened && opened.status() == 200) {
                begun = Optional.of(stream);
                return true;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        stream.close();
        return false;
    }

    private void runToTheEnd() {
        try {
            run();
        } finally {
            begun.ifPresent(WatchStream::close);
        }
    }

    private void run() {
        int failures = 0;
        boolean relist = false;
        while (!closed.get()) {
            try {
                if (relist && relist()) {
                    publish();
                }
                relist = follow() == Next.RELIST;
                failures = 0;
                if (quickEnds > 0) {
                    pause(quickEnds);
                    relist |= quickEnds >= ENDS_BEFORE_RELIST;
                }
            } catch (RelevoException | ClusterRefusal e) {
                // Whoever waits has a deadline of its own; the cluster may come back before it.
                relist = true;
                failures++;
                try {
                    pause(failures);
                } catch (InterruptedException stop) {
                    return;
                }
            } catch (InterruptedException stop) {
                return;
            } catch (IllegalStateException | RejectedExecutionException e) {
                if (closed.get()) {
                    // The connection was closed under the last request.
                    return;
                }
                throw e;
            }
        }
    }

    private enum Next {
        RESUME,
        RELIST
    }

    private Next follow() throws InterruptedException {
        boolean heard = false;
        boolean opened = begun.isPresent();
        try (WatchStream stream = begun.orElseGet(() -> open.apply(version))) {
            begun = Optional.empty();
            while (!closed.get()) {
                if (untold >= MOST_UNTOLD || !stream.more()) {
                    tell();
                }
                Optional<WatchStream.Signal> signal =
                        stream.next(patience.idle().toMillis());
                if (signal.isEmpty()) {
                    // A silent stream may be a dead one: what the list says counts.
                    boolean missed = relist();
                    if (missed) {
                        publish();
                    }
                    if (missed || !opened) {
                        return Next.RESUME;
                    }
                } else if (signal.get() instanceof WatchStream.Signal.Opened answer) {
                    opened = true;
                    if (answer.status() != 200) {
                        quickEnds++;
                        return Next.RELIST;
                    }
                } else if (signal.get() instanceof WatchStream.Signal.Line line) {
                    heard = true;
                    quickEnds = 0;
                    if (!apply(line)) {
                        quickEnds++;
                        return Next.RELIST;
                    }
                } else {
                    if (!heard) {
                        quickEnds++;
                    }
                    return version.isEmpty() ? Next.RELIST : Next.RESUME;
                }
            }
        } finally {
            tell();
        }
        return Next.RESUME;
    }

    /** @return whether the stream can be trusted after this line */
    private boolean apply(WatchStream.Signal.Line line) {
        JsonNode event;
        try {
            event = ApiAnswer.JSON.readTree(line.json());
        } catch (IOException cutOff) {
            return false;
        }
        String type = event.path("type").asText();
        if (!(event.path("object") instanceof ObjectNode object) || type.equals("ERROR")) {
            return false;
        }
        String seen = object.at("/metadata/resourceVersion").asText("");
        boolean first = version.isEmpty() && type.equals("ADDED");
        if (!seen.isEmpty() && !first) {
            version = seen;
        }
        if (type.equals("BOOKMARK")) {
            return true;
        }
        KubeObject changed = KubeObject.owning(Lean.of(object));
        if (type.equals("DELETED")) {
            state.remove(key.apply(changed));
        } else {
            state.put(key.apply(changed), changed);
        }
        untold++;
        return true;
    }

    /** @return whether the list shows anything that was not known */
    private boolean relist() {
        Cluster.Listing listing = list.get();
        Map<String, KubeObject> fresh = new TreeMap<>();
        listing.items().forEach(item -> fresh.put(key.apply(item), item));
        boolean changed = !versions(fresh).equals(versions(state));
        state = fresh;
        version = listing.resourceVersion();
        return changed;
    }

    private static Map<String, String> versions(Map<String, KubeObject> objects) {
        Map<String, String> versions = new TreeMap<>();
        objects.forEach((name, object) -> versions.put(name, object.uid() + "/" + object.resourceVersion()));
        return versions;
    }

    private void tell() {
        if (untold > 0) {
            publish();
        }
    }

    private void publish() {
        untold = 0;
        if (!closed.get()) {
            onChange.accept(Collections.unmodifiableMap(new TreeMap<>(state)));
        }
    }

    private static void pause(int failures) throws InterruptedException {
        Thread.sleep(Math.min(LONGEST_PAUSE_MILLIS, 100L << Math.min(failures, 6)));
    }
}
