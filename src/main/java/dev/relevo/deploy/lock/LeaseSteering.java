package dev.relevo.deploy.lock;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.Marks;
import java.util.Map;
import java.util.Optional;

/**
 * Hears what is written on the Lease that the deploy holds. The renewals of the lock meet it within seconds; while the deploy
 * waits for people or lets time pass, a watch wakes it at once, where the Lease may be watched.
 */
public final class LeaseSteering implements Steering, AutoCloseable {
    private final Cluster cluster;
    private final Lock lock;
    private final AppRef app;
    private final Pace pace;
    private boolean listens;
    private Optional<Watched> leases = Optional.empty();

    public LeaseSteering(Cluster cluster, Lock lock, AppRef app, Pace pace) {
        this.cluster = cluster;
        this.lock = lock;
        this.app = app;
        this.pace = pace;
    }

    @Override
    public void listen() {
        if (listens) {
            return;
        }
        listens = true;
        try {
            leases = Optional.of(new Watched(cluster, Kind.LEASE, app.namespace(), Map.of(Marks.APP, app.app()), pace));
        } catch (ClusterRefusal.Forbidden notAllowed) {
            leases = Optional.empty();
        }
    }

    @Override
    public Optional<Ask> asked() {
        KubeObject known = lock.lease();
        KubeObject lease = leases.flatMap(all -> all.named(known.name())).orElse(known);
        return Ask.on(lease).filter(ask -> ask.epoch() == lock.epoch());
    }

    @Override
    public void tell(Optional<String> waitsFor) {
        lock.annotate(waitsFor);
    }

    @Override
    public void close() {
        leases.ifPresent(Watched::close);
    }
}
