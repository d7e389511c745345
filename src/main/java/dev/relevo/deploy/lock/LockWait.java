package dev.relevo.deploy.lock;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.lock.WaitingLine.Waiting;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Waiting for an app's lock, in the order of arrival. Both the holder and those who wait before are judged by seeing their
 * sign of life change, all at the same time: so however many of them are dead, nobody waits for them longer than one lease.
 */
final class LockWait {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    /** Others who wait write the same Lease; more conflicts than this in a row are not chance. */
    private static final int ATTEMPTS = 12;
    /** The key of the holder's sign; nobody who waits has this name. */
    private static final String HOLDER = "";

    private final Cluster cluster;
    private final ObjectRef ref;
    private final Lock.Request request;
    private final Pace pace;
    private final EventSink events;
    private final Map<String, Sign> signs = new HashMap<>();
    private Optional<Instant> came = Optional.empty();
    private Duration renewed = Duration.ZERO;
    private String told = "";

    /** A sign of life as it was last seen to change. */
    private record Sign(String value, Duration since) {}

    LockWait(Cluster cluster, Lock.Request request, Pace pace, EventSink events) {
        this.cluster = cluster;
        this.ref = request.lease();
        this.request = request;
        this.pace = pace;
        this.events = events;
    }

    /**
     * Takes the lock when it is this one's turn.
     *
     * @param from the epoch whose end is waited for
     * @return empty when a later holder has taken the lock since
     * @throws RelevoException with {@link DeployError#LOCKED} or {@link DeployError#SUPERSEDED}
     */
    Optional<Lock> take(int from) throws InterruptedException {
        try {
            return takeInTurn(from);
        } catch (InterruptedException | RelevoException | ClusterRefusal e) {
            leave();
            throw e;
        }
    }

    private Optional<Lock> takeInTurn(int from) throws InterruptedException {
        Duration began = pace.elapsed();
        while (true) {
            Optional<KubeObject> found = cluster.get(ref);
            if (found.isEmpty()) {
                Optional<Lock> made = Lock.create(cluster, request, pace);
                if (made.isPresent()) {
                    return made;
                }
                continue;
            }
            KubeObject lease = found.get();
            Duration now = pace.elapsed();
            boolean free = free(lease, now);
            WaitingLine line = living(WaitingLine.on(lease), now);
            requireNotSuperseded(lease, line, free);
            if (free
                    && (request.ticket().isEmpty()
                            || line.before(request.holder()).isEmpty())) {
                Optional<Lock> taken = Lock.take(
                        cluster, lease, line.without(one -> one.by().equals(request.holder())), request, pace);
                if (taken.isPresent()) {
                    return taken;
                }
                continue;
            }
            if (!free && Lock.epoch(lease) > from) {
                return Optional.empty();
            }
            if (now.minus(began).compareTo(request.patience()) >= 0) {
                throw refused(lease, line, free);
            }
            tell(lease, line, free);
            if (request.ticket().isPresent() && !stay(lease, line, now)) {
                continue;
            }
            pace.await(LOOK_AGAIN);
        }
    }

    private boolean free(KubeObject lease, Duration now) {
        if (Lock.free(lease)) {
            return true;
        }
        Duration lasts = Lock.lasts(lease);
        Duration unchanged = unchanged(HOLDER, lease.at("/spec").toString(), now);
        return runOut(lasts, Lock.renewed(lease), unchanged, unchanged.compareTo(lasts.dividedBy(2)) >= 0);
    }

    /** Those who are alive as far as can be known; this one is. */
    private WaitingLine living(WaitingLine line, Duration now) {
        // Who does not wait has no time to see a sign change, and goes by the clock alone.
        boolean impatient = request.patience().isZero();
        return line.without(one -> {
            Duration unchanged = unchanged(one.by(), one.seen().toString(), now);
            return !one.by().equals(request.holder())
                    && runOut(
                            request.duration(),
                            one.seen(),
                            unchanged,
                            impatient || unchanged.compareTo(request.duration().dividedBy(2)) >= 0);
        });
    }

    /** @param watched whether it was watched for long enough to believe what the clock says */
    private boolean runOut(Duration lasts, Instant renewedAt, Duration unchanged, boolean watched) {
        boolean longAgo = renewedAt.plus(lasts.multipliedBy(2)).isBefore(pace.now());
        return unchanged.compareTo(lasts) >= 0 || (longAgo && watched);
    }

    private Duration unchanged(String whose, String value, Duration now) {
        Sign sign = signs.get(whose);
        if (sign == null || !sign.value().equals(value)) {
            signs.put(whose, new Sign(value, now));
            return Duration.ZERO;
        }
        return now.minus(sign.since());
    }

    /**
     * Comes, or says again that it is alive.
     *
     * @return whether the Lease was still as it was read
     */
    private boolean stay(KubeObject lease, WaitingLine line, Duration now) {
        boolean missing = line.of(request.holder()).isEmpty();
        if (!missing && now.minus(renewed).compareTo(request.duration().dividedBy(3)) < 0) {
            return true;
        }
        Instant moment = pace.now();
        Ticket ticket = request.ticket().orElse(Ticket.PLAIN);
        Instant since = came.orElse(moment);
        Waiting me = new Waiting(request.holder(), since, moment, ticket.build(), ticket.replaces());
        try {
            KubeObject unused = cluster.replace(line.with(me).writtenOn(lease));
            came = Optional.of(since);
            renewed = now;
            return true;
        } catch (ClusterRefusal.Conflict | ClusterRefusal.NotFound changed) {
            return false;
        }
    }

    private void requireNotSuperseded(KubeObject lease, WaitingLine line, boolean free) {
        Ticket ticket = request.ticket().orElse(Ticket.PLAIN);
        if (!ticket.givesWay()) {
            return;
        }
        Optional<String> holds = Lock.build(lease)
                .filter(number ->
                        !free && ticket.build().filter(own -> own < number).isPresent())
                .map(number -> "build " + number + ", " + Lock.holderOf(lease));
        Optional<String> by = holds.or(() -> Stream.concat(
                        line.before(request.holder()).stream().filter(one -> greater(one, ticket)),
                        line.behind(request.holder()).stream()
                                .filter(one -> one.replaces() && (greater(one, ticket) || uncounted(one, ticket))))
                .findFirst()
                .map(Waiting::sentence));
        by.ifPresent(newer -> {
            throw Problem.of(DeployError.SUPERSEDED, "This deploy of [" + request.app() + "] is superseded by " + newer)
                    .detail("It waited for the lock, and nothing was changed")
                    .remedy("Nothing needs to be done: the newer build is deployed. deploy.ifSuperseded: wait, or"
                            + " --if-superseded wait, deploys every build")
                    .asException();
        });
    }

    private static boolean greater(Waiting other, Ticket own) {
        return other.replaces()
                && own.build().isPresent()
                && other.build().filter(number -> number > own.build().get()).isPresent();
    }

    /** Where one of the two has no number, or both have the same, who came later is newer. */
    private static boolean uncounted(Waiting other, Ticket own) {
        return own.build().isEmpty()
                || other.build().isEmpty()
                || other.build().get().equals(own.build().get());
    }

    private RelevoException refused(KubeObject lease, WaitingLine line, boolean free) {
        if (free) {
            return Problem.of(
                            DeployError.LOCKED,
                            "Other deploys of [" + request.app() + "] in [" + request.namespace()
                                    + "] wait for the lock: "
                                    + line.before(request.holder()).get(0).sentence())
                    .remedy("Wait for them with deploy.lockWait")
                    .asException();
        }
        return Problem.of(
                        DeployError.LOCKED,
                        "Another deploy of [" + request.app() + "] in [" + request.namespace() + "] is running: "
                                + Lock.holderOf(lease) + place(line))
                .remedy("Wait for it to end, or give it more time with deploy.lockWait. If it died, its lock ends "
                        + Lock.lasts(lease).toSeconds() + " s after its last renewal")
                .asException();
    }

    private void tell(KubeObject lease, WaitingLine line, boolean free) {
        String state = (free ? "held by nobody" : Lock.holderOf(lease)) + place(line);
        if (told.equals(state)) {
            return;
        }
        events.emit(new Event.Info(
                (told.isEmpty() ? "Waiting up to " + request.patience().toSeconds() + " s" : "Still waiting")
                        + " for the lock of [" + request.app() + "]: " + state));
        told = state;
    }

    private String place(WaitingLine line) {
        List<Waiting> before = line.before(request.holder());
        if (request.ticket().isEmpty() || request.patience().isZero()) {
            return "";
        }
        return before.isEmpty()
                ? "; this one is next"
                : "; " + before.size() + (before.size() == 1 ? " waits" : " wait") + " before this one: "
                        + before.stream().map(Waiting::by).collect(Collectors.joining(", "));
    }

    /** Whoever gives up goes at once, so that nobody waits for it; if that fails its entry runs out. */
    private void leave() {
        if (came.isEmpty()) {
            return;
        }
        // A stop that ended the waiting must not end this one call.
        boolean interrupted = Thread.interrupted();
        try {
            boolean gone = left();
            for (int attempt = 2; attempt <= ATTEMPTS && !gone; attempt++) {
                gone = left();
            }
        } catch (RelevoException | ClusterRefusal unreachable) {
            // It is the first failure that matters to the user.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean left() {
        Optional<KubeObject> lease = cluster.get(ref);
        if (lease.isEmpty() || WaitingLine.on(lease.get()).of(request.holder()).isEmpty()) {
            return true;
        }
        try {
            KubeObject unused = cluster.replace(WaitingLine.on(lease.get())
                    .without(one -> one.by().equals(request.holder()))
                    .writtenOn(lease.get()));
            return true;
        } catch (ClusterRefusal.Conflict | ClusterRefusal.NotFound changed) {
            return false;
        }
    }
}
