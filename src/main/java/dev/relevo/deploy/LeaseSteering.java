package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import java.util.Map;
import java.util.Optional;

/**
 * Hears what is written on the Lease that the deploy holds: by a watch, which wakes whoever waits. Where the Lease may not be
 * watched, the renewals of the lock meet it, a few seconds later.
 */
final class LeaseSteering implements Steering, AutoCloseable {
    private final Lock lock;
    private final Optional<Watched> leases;

    LeaseSteering(Cluster cluster, Lock lock, AppRef app, Pace pace) {
        this.lock = lock;
        this.leases = watch(cluster, app, pace);
    }

    private static Optional<Watched> watch(Cluster cluster, AppRef app, Pace pace) {
        try {
            return Optional.of(new Watched(cluster, Kind.LEASE, app.namespace(), Map.of(Marks.APP, app.app()), pace));
        } catch (ClusterRefusal.Forbidden notAllowed) {
            return Optional.empty();
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
