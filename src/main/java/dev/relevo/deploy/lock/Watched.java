package dev.relevo.deploy.lock;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Cluster.Watching;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The objects that a watch shows at the moment; every change wakes whoever waits. */
public final class Watched implements AutoCloseable {
    private final Watching watching;
    private volatile Map<String, KubeObject> objects = Map.of();

    public Watched(Cluster cluster, Kind kind, String namespace, Map<String, String> labels, Pace pace) {
        this.watching = cluster.watch(kind, namespace, labels, all -> {
            objects = all;
            pace.wake();
        });
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
