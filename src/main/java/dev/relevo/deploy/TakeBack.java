package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.deploy.execute.SharedWatches;
import dev.relevo.deploy.lock.Ask;
import dev.relevo.deploy.lock.Lock;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.lock.Petition;
import dev.relevo.deploy.lock.Steering;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Workload;
import dev.relevo.deploy.strategy.SchemaBarrier;
import dev.relevo.deploy.strategy.WayBack;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Takes a release back that is being deployed, or that a dead deploy has left. */
final class TakeBack {
    private final Deployer deployer;
    private final Cluster cluster;
    private final EventSink events;
    private final Pace pace;
    private final String holder;
    private final Observer observer;

    TakeBack(Deployer deployer, Observer observer) {
        this.deployer = deployer;
        this.cluster = deployer.cluster();
        this.events = deployer.events();
        this.pace = deployer.pace();
        this.holder = deployer.holder();
        this.observer = observer;
    }

    /** Going back while a release is being deployed means the one before it: its deploy does that at once. */
    Optional<DeployOutcome> insteadOfGoingBack(AppRef app, WayBack way, DeployOptions options) {
        Optional<String> deploys = Lock.held(cluster, app).map(Lock::holderOf);
        List<ReleaseRecord> records = deploys.isEmpty() ? List.of() : observer.records(app);
        Optional<ReleaseRecord> pending = ReleaseRecord.last(records, ReleaseStatus.PENDING);
        Optional<ReleaseRecord> before = ReleaseRecord.last(records, ReleaseStatus.DEPLOYED);
        if (pending.isEmpty() || before.isEmpty()) {
            return Optional.empty();
        }
        if (new SchemaBarrier(records).after(before.get().number()).isPresent()) {
            if (!way.acrossIncompatible()) {
                throw new SchemaBarrier(records).refusal(before.get().number());
            }
            return Optional.empty();
        }
        events.emit(new Event.Info("Release " + pending.get().number() + " is being deployed, " + deploys.get()
                + ": that deploy is asked to take it back"));
        return now(app, options)
                .filter(outcome -> outcome.withdrawn().isPresent())
                .map(outcome -> new DeployOutcome(before.get().release(), false, replicas(before.get()), List.of()));
    }

    private int replicas(ReleaseRecord record) {
        return cluster.get(record.release().spec().workload())
                .map(live -> new Workload(live).available())
                .orElse(0);
    }

    /**
     * Asks the deploy to do it and waits until it has; if no deploy is alive any more, does it itself under the lock.
     *
     * @return empty when the release was deployed before its deploy heard of this
     */
    Optional<AbortOutcome> now(AppRef app, DeployOptions options) {
        OptionalInt begun = begun(app);
        Optional<Ask> asked = new Petition(cluster, app, pace, holder).ask(Ask.Wish.ABORT, Duration.ZERO);
        Lock.Request request = new Lock.Request(
                app.app(),
                app.namespace(),
                holder,
                options.lease(),
                options.timeout().plus(options.lockWait()),
                Optional.empty());
        int epoch = asked.map(Ask::epoch).orElse(Integer.MAX_VALUE);
        try (Taken lock = new Taken(Lock.acquire(cluster, request, epoch, pace, events))) {
            if (lock.held().isEmpty()) {
                return ended(app, begun);
            }
            return withdraw(lock.held().get(), app, options).or(() -> ended(app, begun));
        } catch (InterruptedException e) {
            throw Problem.of(DeployError.INTERRUPTED, "Stopped while waiting for the deploy to end; it was asked to")
                    .asException(e);
        }
    }

    /**
     * Waits while a deploy runs, and does it when its lock runs out.
     *
     * @return empty when there was nothing to do
     */
    Optional<AbortOutcome> watch(AppRef app, int epoch, DeployOptions options) {
        Lock.Request request = new Lock.Request(
                app.app(), app.namespace(), holder, options.lease(), options.lockWait(), Optional.empty());
        try (Taken lock = new Taken(Lock.acquire(cluster, request, epoch, pace, events))) {
            return lock.held().filter(Lock::takenOver).flatMap(mine -> withdraw(mine, app, options));
        } catch (InterruptedException e) {
            throw Problem.of(DeployError.INTERRUPTED, "Stopped while watching the deploy; nothing was changed")
                    .asException(e);
        }
    }

    private Optional<AbortOutcome> withdraw(Lock mine, AppRef app, DeployOptions options) {
        try (Pace.Repeating keeper = pace.every(options.lease().dividedBy(5), mine::keep);
                SharedWatches watches = new SharedWatches(cluster)) {
            return new Withdrawal(observer, deployer.tools(watches, mine, Steering.NONE, options), options.settings())
                    .of(app);
        }
    }

    private OptionalInt begun(AppRef app) {
        return observer.records(app).stream()
                .filter(record -> record.status() == ReleaseStatus.PENDING)
                .mapToInt(ReleaseRecord::number)
                .max();
    }

    /** How the deploy has ended that was asked to take its release back. */
    private Optional<AbortOutcome> ended(AppRef app, OptionalInt begun) {
        List<ReleaseRecord> records = observer.records(app);
        OptionalInt serves = records.stream()
                .filter(record -> record.status() == ReleaseStatus.DEPLOYED)
                .mapToInt(ReleaseRecord::number)
                .max();
        if (begun.isEmpty()) {
            return Optional.of(new AbortOutcome(begun, serves, AbortOutcome.Hand.NOBODY));
        }
        records.stream()
                .filter(record -> record.number() == begun.getAsInt() && record.status() == ReleaseStatus.FAILED)
                .findFirst()
                .ifPresent(failed -> {
                    throw Problem.of(
                                    DeployError.NOT_ROLLED_BACK,
                                    "Release " + failed.number() + " of " + app + " has ended, but was not taken back")
                            .remedy("The output of its deploy says why; `relevo status` says how it stands")
                            .asException();
                });
        return begun.equals(serves)
                ? Optional.empty()
                : Optional.of(new AbortOutcome(begun, serves, AbortOutcome.Hand.THE_DEPLOY));
    }

    /** A lock, if there is one, for as long as it is needed. */
    private record Taken(Optional<Lock> held) implements AutoCloseable {
        @Override
        public void close() {
            held.ifPresent(Lock::close);
        }
    }
}
