package dev.relevo.deploy.lock;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks something of the deploy that holds an app's lock. Every write has the Lease as it was read as its precondition, so it
 * reaches the holder that was seen, or nobody.
 */
public record Petition(Cluster cluster, AppRef app, Pace pace, String by) {
    /** Renewals change the Lease every few seconds; more conflicts than this in a row are not chance. */
    private static final int ATTEMPTS = 12;

    /**
     * Asks.
     *
     * @return what is asked now; empty when nobody holds the lock
     * @throws RelevoException with {@link DeployError#NOTHING_TO_STEER} when the deploy is being aborted
     */
    public Optional<Ask> ask(Ask.Wish wish, Duration atMost) {
        return change(lease -> Optional.of(new Ask(wish, by, pace.now(), Lock.epoch(lease), atMost)));
    }

    /**
     * Takes a pause back.
     *
     * @return whether one was asked for; empty when nobody holds the lock
     */
    public Optional<Boolean> resume() {
        Optional<KubeObject> lease = Lock.held(cluster, app);
        boolean paused = lease.flatMap(Ask::on)
                .filter(ask -> ask.wish() == Ask.Wish.PAUSE)
                .isPresent();
        if (paused) {
            change(now -> Optional.empty());
        }
        return lease.map(now -> paused);
    }

    private Optional<Ask> change(java.util.function.Function<KubeObject, Optional<Ask>> wanted) {
        for (int attempt = 1; ; attempt++) {
            Optional<KubeObject> lease = Lock.held(cluster, app);
            if (lease.isEmpty()) {
                return Optional.empty();
            }
            Optional<Ask> ask = wanted.apply(lease.get());
            requireGoingOn(lease.get(), ask);
            try {
                cluster.replace(Lock.annotated(lease.get(), Ask.ANNOTATION, ask.map(Ask::written)));
                return ask;
            } catch (ClusterRefusal.Conflict renewed) {
                if (attempt == ATTEMPTS) {
                    throw renewed;
                }
            } catch (ClusterRefusal.NotFound gone) {
                return Optional.empty();
            }
        }
    }

    private void requireGoingOn(KubeObject lease, Optional<Ask> ask) {
        boolean aborts = ask.filter(wanted -> wanted.wish() == Ask.Wish.ABORT).isPresent();
        Ask.on(lease).filter(now -> now.wish() == Ask.Wish.ABORT && !aborts).ifPresent(now -> {
            throw Problem.of(
                            DeployError.NOTHING_TO_STEER,
                            "The deploy of " + app + " is being taken back: " + now.sentence())
                    .remedy("Wait until it is over; `relevo status` says how it stands")
                    .asException();
        });
    }

    /** What there is to say when nobody deploys. */
    public static RelevoException nobody(AppRef app, ObjectRef lease) {
        return Problem.of(
                        DeployError.NOTHING_TO_STEER,
                        "No deploy of " + app + " is running: " + lease + " has no holder")
                .remedy("See `relevo status`; a candidate that a dead deploy left goes with `relevo abort`")
                .asException();
    }
}
