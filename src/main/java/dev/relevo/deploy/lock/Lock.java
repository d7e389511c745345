package dev.relevo.deploy.lock;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Marks;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One deploy of an app at a time: a Lease {@code relevo-<app>} with holder, renewals and an epoch (leaseTransitions). As in
 * Kubernetes' own leader election, whether a holder is alive is judged by seeing the Lease change, not by comparing clocks of
 * two machines; a Lease that by the clock ran out long ago needs to be watched for a shorter time. The holder believes that it
 * holds the lock for less time than anybody else waits before taking it.
 */
public final class Lock implements Fence, AutoCloseable {
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    /** What the holder waits for, for people. */
    public static final String WAITS = "relevo.dev/waits";
    /** The number of the build that holds the lock. */
    static final String BUILD = "relevo.dev/build";
    /** Somebody who asks something of the holder gets between two renewals; this often in a row is not chance. */
    private static final int RENEWALS = 3;

    private final Cluster cluster;
    private final ObjectRef ref;
    private final String holder;
    private final Duration duration;
    private final Pace pace;
    private KubeObject lease;
    private Duration renewed;
    private final boolean takenOver;
    private boolean lost;

    private Lock(
            Cluster cluster,
            String holder,
            Duration duration,
            Pace pace,
            KubeObject lease,
            Duration renewed,
            boolean takenOver) {
        this.takenOver = takenOver;
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
     * @param ticket the turn in which to get it; empty to go before all who wait
     */
    public record Request(
            String app,
            String namespace,
            String holder,
            Duration duration,
            Duration patience,
            Optional<Ticket> ticket) {
        ObjectRef lease() {
            return ref(new AppRef(app, namespace));
        }
    }

    public static ObjectRef ref(AppRef app) {
        return new ObjectRef(Kind.LEASE, app.namespace(), "relevo-" + app.app());
    }

    /**
     * Waits for the lock and takes it.
     *
     * @throws RelevoException with {@link DeployError#LOCKED} when another holder keeps it for longer than the wait, with
     *     {@link DeployError#SUPERSEDED} when a newer deploy waits as well and this one gives way
     */
    public static Lock acquire(Cluster cluster, Request request, Pace pace, EventSink events)
            throws InterruptedException {
        return acquire(cluster, request, Integer.MAX_VALUE, pace, events)
                .orElseThrow(() -> new IllegalStateException("There is no later epoch"));
    }

    /**
     * The same from the holder of an epoch, or from nobody.
     *
     * @return empty when a later one has taken the lock since
     */
    public static Optional<Lock> acquire(Cluster cluster, Request request, int from, Pace pace, EventSink events)
            throws InterruptedException {
        return new LockWait(cluster, request, pace, events).take(from);
    }

    /**
     * Takes a lock that nobody ever held.
     *
     * @return empty when somebody else was faster
     */
    static Optional<Lock> create(Cluster cluster, Request request, Pace pace) {
        KubeObject fresh = KubeObject.named(request.lease())
                .withLabel(Marks.MANAGED_BY, "relevo")
                .withLabel(Marks.APP, request.app());
        return take(taken -> cluster.create(taken), cluster, fresh, request, pace);
    }

    /**
     * Takes a lock that is free.
     *
     * @param left those who wait still
     * @return empty when the Lease has changed since it was read
     */
    static Optional<Lock> take(Cluster cluster, KubeObject lease, WaitingLine left, Request request, Pace pace) {
        return take(taken -> cluster.replace(taken), cluster, left.writtenOn(unannotated(lease)), request, pace);
    }

    private static Optional<Lock> take(
            UnaryOperator<KubeObject> write, Cluster cluster, KubeObject lease, Request request, Pace pace) {
        // Counted from before the write, so that the lock is never believed to last longer than it does.
        Duration at = pace.elapsed();
        KubeObject wanted = annotated(
                        lease, BUILD, request.ticket().flatMap(Ticket::build).map(String::valueOf))
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
            return Optional.of(new Lock(
                    cluster, request.holder(), request.duration(), pace, write.apply(wanted), at, !free(lease)));
        } catch (ClusterRefusal.Conflict raced) {
            return Optional.empty();
        } catch (ClusterRefusal.NotFound gone) {
            if (!lease.resourceVersion().isEmpty()) {
                return Optional.empty();
            }
            throw gone;
        }
    }

    /** The Lease of an app's lock. */
    public static Optional<KubeObject> lease(Cluster cluster, AppRef app) {
        return cluster.get(ref(app));
    }

    /** The Lease of an app's lock while somebody holds it. */
    public static Optional<KubeObject> held(Cluster cluster, AppRef app) {
        return lease(cluster, app).filter(lease -> !free(lease));
    }

    /** The Lease with this annotation, or without it. */
    static KubeObject annotated(KubeObject lease, String name, Optional<String> value) {
        return lease.with(tree -> {
            ObjectNode metadata = Marks.child(tree, "metadata");
            ObjectNode annotations = Marks.child(metadata, "annotations");
            value.ifPresentOrElse(text -> annotations.put(name, text), () -> annotations.remove(name));
            if (annotations.isEmpty()) {
                metadata.remove("annotations");
            }
        });
    }

    /** What was asked of one holder, and what that one waited for, is nothing to the next. */
    private static KubeObject unannotated(KubeObject lease) {
        KubeObject bare = annotated(annotated(lease, Ask.ANNOTATION, Optional.empty()), WAITS, Optional.empty());
        return annotated(bare, BUILD, Optional.empty());
    }

    public static boolean free(KubeObject lease) {
        return lease.at("/spec/holderIdentity").asText("").isEmpty();
    }

    /** How long the lock of this Lease outlives its last renewal. */
    static Duration lasts(KubeObject lease) {
        return Duration.ofSeconds(
                Math.max(1, lease.at("/spec/leaseDurationSeconds").asInt(15)));
    }

    /** When the holder renewed it last, by the holder's own clock. */
    static Instant renewed(KubeObject lease) {
        return time(lease, "/spec/renewTime");
    }

    /** The number of the build that holds the lock. */
    static Optional<Long> build(KubeObject lease) {
        return lease.annotation(BUILD)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::valueOf);
    }

    public static String holderOf(KubeObject lease) {
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

    /** Whether it ran out for the holder before, who did not give it back. */
    public boolean takenOver() {
        return takenOver;
    }

    /** How often the lock changed hands, ours included. */
    public synchronized int epoch() {
        return epoch(lease);
    }

    public static int epoch(KubeObject lease) {
        return lease.at("/spec/leaseTransitions").asInt();
    }

    /** The Lease as it was last seen. */
    public synchronized KubeObject lease() {
        return lease;
    }

    /** Says on the Lease what is waited for; empty takes it away. It is for people: a failure to say it is none. */
    synchronized void annotate(Optional<String> waitsFor) {
        if (!waitsFor.equals(lease.annotation(WAITS))) {
            renew(now -> annotated(now, WAITS, waitsFor));
        }
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
    public synchronized boolean lost() {
        return lost;
    }

    @Override
    public synchronized void keep() {
        if (pace.elapsed().minus(renewed).compareTo(duration.dividedBy(5)) >= 0) {
            try {
                renew();
            } catch (ClusterRefusal | RelevoException failed) {
                // Whoever repeats this stops at a failure. The next one may succeed, and check() tells when none did in
                // time.
            }
        }
    }

    /** Renews; a lock that somebody else took since is lost for good. Failures to reach the cluster are left to the check. */
    private void renew() {
        renew(now -> now);
    }

    private void renew(UnaryOperator<KubeObject> change) {
        for (int attempt = 1; attempt <= RENEWALS && !lost; attempt++) {
            Duration at = pace.elapsed();
            try {
                lease = cluster.replace(change.apply(lease)
                        .with(tree -> Marks.child(tree, "spec").put("renewTime", MICRO_TIME.format(pace.now()))));
                renewed = at;
                return;
            } catch (ClusterRefusal.Conflict | ClusterRefusal.NotFound changed) {
                look();
            } catch (RelevoException unreachable) {
                // The lock may still be ours; check() decides by the time that has passed.
                return;
            }
        }
    }

    /** Somebody changed the Lease: whoever asks something of us, or whoever took it. */
    private void look() {
        Optional<KubeObject> now = cluster.get(ref);
        boolean stillOurs = now.isPresent()
                && holder.equals(now.get().at("/spec/holderIdentity").asText())
                && epoch(now.get()) == epoch();
        lost = !stillOurs;
        if (stillOurs) {
            lease = now.get();
        }
    }

    /** Gives the lock back; the Lease stays, for its epoch. */
    @Override
    public synchronized void close() {
        if (lost) {
            return;
        }
        for (int attempt = 1; attempt <= RENEWALS && !lost; attempt++) {
            try {
                // Taken out, not emptied: the API server refuses an empty holder.
                cluster.replace(unannotated(lease)
                        .with(tree -> Marks.child(tree, "spec").remove("holderIdentity")));
                lost = true;
            } catch (ClusterRefusal.Conflict changed) {
                release(changed);
            } catch (ClusterRefusal | RelevoException gone) {
                // It runs out by itself.
                lost = true;
            }
        }
        lost = true;
    }

    private void release(ClusterRefusal.Conflict changed) {
        try {
            look();
        } catch (ClusterRefusal | RelevoException unreachable) {
            unreachable.addSuppressed(changed);
            lost = true;
        }
    }
}
