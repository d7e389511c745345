package dev.relevo.deploy.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LabelSelector;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.lock.Watched;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection for one deploy, which looks at the same objects again and again: what was watched once stays watched until the
 * deploy is over, and whoever watches it next begins with what is known. Everything else goes through as it is.
 */
public final class SharedWatches implements Cluster {
    private final Cluster cluster;
    private final Map<Watched, Shared> watches = new HashMap<>();

    public SharedWatches(Cluster cluster) {
        this.cluster = cluster;
    }

    private record Watched(Kind kind, String namespace, LabelSelector labels) {
        boolean covers(Watched other) {
            return kind.equals(other.kind) && namespace.equals(other.namespace) && labels.covers(other.labels);
        }

        // Written out, since the JVM makes those of a record at their first call, which takes tens of milliseconds.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Watched watched
                    && kind.equals(watched.kind)
                    && namespace.equals(watched.namespace)
                    && labels.values().equals(watched.labels.values());
        }

        @Override
        public int hashCode() {
            return 31 * kind.hashCode() + labels.values().hashCode();
        }
    }

    /** One watch and all who follow it. */
    private static final class Shared implements Consumer<Map<String, KubeObject>> {
        private final List<Consumer<Map<String, KubeObject>>> followers = new CopyOnWriteArrayList<>();
        private volatile Map<String, KubeObject> state = Map.of();
        private Optional<Watching> watching = Optional.empty();

        @Override
        public synchronized void accept(Map<String, KubeObject> now) {
            state = now;
            followers.forEach(follower -> follower.accept(now));
        }

        synchronized Watching join(Consumer<Map<String, KubeObject>> follower) {
            followers.add(follower);
            follower.accept(state);
            return () -> followers.remove(follower);
        }
    }

    @Override
    public Watching watch(
            Kind kind, String namespace, Map<String, String> labels, Consumer<Map<String, KubeObject>> onChange) {
        return watched(kind, namespace, labels).join(onChange);
    }

    /** A stream of more than these objects serves too; who joins is told of these only. */
    @Override
    public Watching follow(
            Kind kind, String namespace, LabelSelector labels, Consumer<Map<String, KubeObject>> onChange) {
        Watched what = new Watched(kind, namespace, labels);
        if (!watches.containsKey(what)) {
            for (Map.Entry<Watched, Shared> open : watches.entrySet()) {
                if (open.getKey().covers(what)) {
                    return open.getValue().join(all -> onChange.accept(matching(all, labels)));
                }
            }
        }
        return shared(what, fresh -> cluster.follow(kind, namespace, labels, fresh))
                .join(onChange);
    }

    private static Map<String, KubeObject> matching(Map<String, KubeObject> all, LabelSelector labels) {
        Map<String, KubeObject> matching = new TreeMap<>(all);
        matching.values().removeIf(object -> !labels.matches(object.labels()));
        return Collections.unmodifiableMap(matching);
    }

    private Shared watched(Kind kind, String namespace, Map<String, String> labels) {
        return shared(
                new Watched(kind, namespace, LabelSelector.of(labels)),
                fresh -> cluster.watch(kind, namespace, labels, fresh));
    }

    private Shared shared(Watched what, Function<Shared, Watching> open) {
        Shared known = watches.get(what);
        if (known != null) {
            return known;
        }
        Shared fresh = new Shared();
        fresh.watching = Optional.of(open.apply(fresh));
        watches.put(what, fresh);
        return fresh;
    }

    /** The objects now, when they are going to be watched: the watch begins with a list. */
    public List<KubeObject> listToWatch(Kind kind, String namespace, Map<String, String> labels) {
        return watches.containsKey(new Watched(kind, namespace, LabelSelector.of(labels)))
                ? cluster.list(kind, namespace, labels).items()
                : new ArrayList<>(watched(kind, namespace, labels).state.values());
    }

    /** Ends the watches; the connection is not this one's to close. */
    @Override
    public void close() {
        watches.values().forEach(shared -> shared.watching.ifPresent(Watching::close));
        watches.clear();
    }

    @Override
    public Optional<KubeObject> get(ObjectRef ref) {
        return cluster.get(ref);
    }

    @Override
    public Listing list(Kind kind, String namespace, Map<String, String> labels) {
        return cluster.list(kind, namespace, labels);
    }

    @Override
    public KubeObject create(KubeObject object) {
        return cluster.create(object);
    }

    @Override
    public KubeObject apply(KubeObject desired, ApplyOptions options) {
        return cluster.apply(desired, options);
    }

    @Override
    public KubeObject replace(KubeObject object) {
        return cluster.replace(object);
    }

    @Override
    public KubeObject merge(ObjectRef ref, ObjectNode patch) {
        return cluster.merge(ref, patch);
    }

    @Override
    public Deletion delete(ObjectRef ref, DeleteOptions options) {
        return cluster.delete(ref, options);
    }

    @Override
    public List<String> logs(ObjectRef pod, String container, boolean previous, int lines) {
        return cluster.logs(pod, container, previous, lines);
    }

    @Override
    public ProxyAnswer proxy(ObjectRef target, String port, ProxyRequest request) {
        return cluster.proxy(target, port, request);
    }

    @Override
    public boolean serves(Kind kind) {
        return cluster.serves(kind);
    }

    @Override
    public String version() {
        return cluster.version();
    }

    @Override
    public String address() {
        return cluster.address();
    }
}
