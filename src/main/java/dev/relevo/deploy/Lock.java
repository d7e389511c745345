package dev.relevo.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * One deploy of an app at a time: a Lease {@code relevo-<app>} with holder, renewals and an epoch (leaseTransitions). As in
 * Kubernetes' own leader election, whether a holder is alive is judged by seeing the Lease change, not by comparing clocks of
 * two machines; a Lease that by the clock ran out long ago needs to be watched for a shorter time. The holder believes that it
 * holds the lock for less time than anybody else waits before taking it.
 */
final class Lock implements Fence, AutoCloseable {
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final ObjectRef ref;
    private final String holder;
    private final Duration duration;
    private final Pace pace;
    private KubeObject lease;
    private Duration renewed;
    private boolean lost;

    private Lock(Cluster cluster, String holder, Duration duration, Pace pace, KubeObject lease, Duration renewed) {
        this.cluster = cluster;
        this.ref = lease.ref();
        this.holder = holder;
        this.duration = duration;
        this.pace = pace;
        this.lease = lease;
        this.renewed = renewed;
    }

    /**
     * How to get the lock.
     *
     * @param holder who asks; unlike any other, and telling to a person
     * @param duration how long the lock outlives its last renewal
     * @param patience how long to wait for another holder; zero refuses at once
     */
    record Request(String app, String namespace, String holder, Duration duration, Duration patience) {}

    /**
     * Waits for the lock and takes it.
     *
     * @throws RelevoException with {@link DeployError#LOCKED} when another holder keeps it for longer than the wait
     */
    static Lock acquire(Cluster cluster, Request request, Pace pace, EventSink events) throws InterruptedException {
        ObjectRef ref = new ObjectRef(Kind.LEASE, request.namespace(), "relevo-" + request.app());
        Duration began = pace.elapsed();
        String seenVersion = "";
        Duration seenAt = began;
        boolean told = false;
        while (true) {
            Optional<KubeObject> found = cluster.get(ref);
            Duration now = pace.elapsed();
            String version = found.map(KubeObject::resourceVersion).orElse("");
            if (!version.equals(seenVersion)) {
                seenVersion = version;
                seenAt = now;
            }
            if (found.isEmpty() || free(found.get()) || expired(found.get(), now.minus(seenAt), pace.now())) {
                Optional<Lock> taken = take(cluster, ref, found, request, pace);
                if (taken.isPresent()) {
                    return taken.get();
                }
                continue;
            }
            if (now.minus(began).compareTo(request.patience()) >= 0) {
                throw held(found.get(), request);
            }
            if (!told) {
                told = true;
                events.emit(new Event.Info("Waiting up to " + request.patience().toSeconds() + " s for the lock of ["
                        + request.app() + "]: " + holderOf(found.get())));
            }
            pace.await(LOOK_AGAIN);
        }
    }

    private static Optional<Lock> take(
            Cluster cluster, ObjectRef ref, Optional<KubeObject> found, Request request, Pace pace) {
        // Counted from before the write, so that the lock is never believed to last longer than it does.
        Duration at = pace.elapsed();
        KubeObject wanted = found.orElseGet(() -> KubeObject.named(ref)
                        .withLabel(Marks.MANAGED_BY, "relevo")
                        .withLabel(Marks.APP, request.app()))
                .with(tree -> {
                    ObjectNode spec = Marks.child(tree, "spec");
                    String now = MICRO_TIME.format(pace.now());
                    int epoch = spec.path("leaseTransitions").asInt(0);
                    spec.put("holderIdentity", request.holder())
                            .put("leaseDurationSeconds", (int)
                                    Math.max(1, request.duration().toSeconds()))
                            .put("acquireTime", now)
                            .put("renewTime", now)
                            .put("leaseTransitions", epoch + 1);
                });
        try {
            KubeObject written = found.isPresent() ? cluster.replace(wanted) : cluster.create(wanted);
            return Optional.of(new Lock(cluster, request.holder(), request.duration(), pace, written, at));
        } catch (ClusterRefusal.Conflict raced) {
            return Optional.empty();
        } catch (ClusterRefusal.NotFound gone) {
            if (found.isPresent()) {
                return Optional.empty();
            }
            throw gone;
        }
    }

    /** Who holds the lock of an app, and since when; empty when nobody does. */
    static Optional<String> heldBy(Cluster cluster, AppRef app) {
        return cluster.get(new ObjectRef(Kind.LEASE, app.namespace(), "relevo-" + app.app()))
                .filter(lease -> !free(lease))
                .map(Lock::holderOf);
    }

    private static boolean free(KubeObject lease) {
        return lease.at("/spec/holderIdentity").asText("").isEmpty();
    }

    private static boolean expired(KubeObject lease, Duration unchanged, Instant now) {
        Duration lasts = Duration.ofSeconds(
                Math.max(1, lease.at("/spec/leaseDurationSeconds").asInt(15)));
        if (unchanged.compareTo(lasts) >= 0) {
            return true;
        }
        Instant renewed = time(lease, "/spec/renewTime");
        boolean longAgo = renewed.plus(lasts.multipliedBy(2)).isBefore(now);
        return longAgo && unchanged.compareTo(lasts.dividedBy(2)) >= 0;
    }

    private static RelevoException held(KubeObject lease, Request request) {
        return Problem.of(
                        DeployError.LOCKED,
                        "Another deploy of [" + request.app() + "] in [" + request.namespace() + "] is running: "
                                + holderOf(lease))
                .remedy("Wait for it to end, or give it more time with deploy.lockWait. If it died, its lock ends "
                        + lease.at("/spec/leaseDurationSeconds").asInt(15) + " s after its last renewal")
                .asException();
    }

    private static String holderOf(KubeObject lease) {
        return "held by " + lease.at("/spec/holderIdentity").asText() + " since "
                + lease.at("/spec/acquireTime").asText();
    }

    private static Instant time(KubeObject lease, String pointer) {
        try {
            return Instant.parse(lease.at(pointer).asText());
        } catch (DateTimeParseException unreadable) {
            return Instant.EPOCH;
        }
    }

    /** How often the lock changed hands, ours included. */
    int epoch() {
        return lease.at("/spec/leaseTransitions").asInt();
    }

    @Override
    public synchronized void check() {
        // The last third of the time is for what is on its way when the check passes.
        if (lost
                || pace.elapsed()
                                .minus(renewed)
                                .compareTo(duration.multipliedBy(2).dividedBy(3))
                        >= 0) {
            renew();
        }
        if (lost
                || pace.elapsed()
                                .minus(renewed)
                                .compareTo(duration.multipliedBy(2).dividedBy(3))
                        >= 0) {
            throw Problem.of(
                            DeployError.LOCK_LOST,
                            "The lock [" + ref + "] could not be kept, so nothing more is written")
                    .detail("epoch " + epoch() + ", last renewed "
                            + pace.elapsed().minus(renewed).toMillis() + " ms ago")
                    .remedy("Run the deploy again: it goes on from what the cluster holds")
                    .asException();
        }
    }

    @Override
    public synchronized void keep() {
        if (pace.elapsed().minus(renewed).compareTo(duration.dividedBy(5)) >= 0) {
            renew();
        }
    }

    /** Renews; a lock that somebody else took since is lost for good. Failures to reach the cluster are left to the check. */
    private void renew() {
        if (lost) {
            return;
        }
        Duration at = pace.elapsed();
        try {
            lease = cluster.replace(
                    lease.with(tree -> Marks.child(tree, "spec").put("renewTime", MICRO_TIME.format(pace.now()))));
            renewed = at;
        } catch (ClusterRefusal.Conflict | ClusterRefusal.NotFound changed) {
            Optional<KubeObject> now = cluster.get(ref);
            boolean stillOurs = now.isPresent()
                    && holder.equals(now.get().at("/spec/holderIdentity").asText())
                    && now.get().at("/spec/leaseTransitions").asInt() == epoch();
            lost = !stillOurs;
            if (stillOurs) {
                lease = now.get();
            }
        } catch (RelevoException unreachable) {
            // The lock may still be ours; check() decides by the time that has passed.
        }
    }

    /** Gives the lock back; the Lease stays, for its epoch. */
    @Override
    public synchronized void close() {
        if (lost) {
            return;
        }
        lost = true;
        try {
            // Taken out, not emptied: the API server refuses an empty holder.
            cluster.replace(lease.with(tree -> Marks.child(tree, "spec").remove("holderIdentity")));
        } catch (ClusterRefusal | RelevoException gone) {
            // It runs out by itself.
        }
    }
}
