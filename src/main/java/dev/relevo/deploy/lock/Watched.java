package dev.relevo.deploy.lock;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Cluster.Watching;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LabelSelector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The objects that a watch shows at the moment; every change wakes whoever waits. */
public final class Watched implements AutoCloseable {
    private final Watching watching;
    private volatile Map<String, KubeObject> objects = Map.of();

    /** All that there are at the moment, and every change from there. */
    public Watched(Cluster cluster, Kind kind, String namespace, Map<String, String> labels, Pace pace) {
        this(onChange -> cluster.watch(kind, namespace, labels, onChange), pace);
    }

    private Watched(Function<Consumer<Map<String, KubeObject>>, Watching> open, Pace pace) {
        this.watching = open.apply(all -> {
            objects = all;
            pace.wake();
        });
    }

    /** Those that come, and those that are there already as if they came; none is here yet ({@link Cluster#follow}). */
    public static Watched following(Cluster cluster, Kind kind, String namespace, LabelSelector labels, Pace pace) {
        return new Watched(onChange -> cluster.follow(kind, namespace, labels, onChange), pace);
    }

    public Collection<KubeObject> all() {
        return List.copyOf(objects.values());
    }

    public Optional<KubeObject> named(String name) {
        return Optional.ofNullable(objects.get(name));
    }

    @Override
    public void close() {
        watching.close();
    }
}
