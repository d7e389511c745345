package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.execute.EndpointWait;
import dev.relevo.deploy.execute.Errands;
import dev.relevo.deploy.execute.FailureFinder;
import dev.relevo.deploy.execute.SharedWatches;
import dev.relevo.deploy.lock.Ask;
import dev.relevo.deploy.lock.LeaseSteering;
import dev.relevo.deploy.lock.Lock;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.lock.Petition;
import dev.relevo.deploy.lock.Ticket;
import dev.relevo.deploy.lock.WaitingLine;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.FrozenPlan;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.plan.Sighting;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.strategy.Planner;
import dev.relevo.deploy.strategy.SchemaBarrier;
import dev.relevo.deploy.strategy.WayBack;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import dev.relevo.verify.Reach;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Deploys an app, brings an earlier release back, and says how things stand. What writes holds the app's lock meanwhile.
 * Interrupting the calling thread stops a deploy in a safe state, which the exception tells.
 */
public final class DeployService {
    private final Deployer deployer;
    private final Cluster cluster;
    private final EventSink events;
    private final Pace pace;
    private final String holder;
    private final Observer observer;
    private final TakeBack takeBack;

    /**
     * @param holder who deploys, for others who wait; unlike any other, e.g. {@code jenkins-7/deploy-42@4711}
     * @param failures what ends a wait early
     */
    public DeployService(
            Cluster cluster, EventSink events, Pace pace, Reach reach, FailureFinder failures, String holder) {
        this(new Deployer(cluster, events, pace, reach, failures, holder, Errands.NONE));
    }

    private DeployService(Deployer deployer) {
        this.deployer = deployer;
        this.cluster = deployer.cluster();
        this.events = deployer.events();
        this.pace = deployer.pace();
        this.holder = deployer.holder();
        this.observer = new Observer(cluster);
        this.takeBack = new TakeBack(deployer, observer);
    }

    /** The same with somebody who does what hooks want done where the deploy runs. */
    public DeployService with(Errands other) {
        return new DeployService(deployer.with(other));
    }

    /** The release with the strategy that it would be handed over by now; the same where that is not left to choose. */
    public ReleaseSpec chosen(ReleaseSpec spec, DeployOptions options) {
        Settings settings = options.settings();
        return settings.auto()
                .map(auto -> reading(() -> auto.choose(observer.observe(spec, settings), spec, settings)))
                .map(choice -> spec.withStrategy(choice.strategy()))
                .orElse(spec);
    }

    /** What a deploy would do now; changes nothing. */
    public Plan plan(ReleaseSpec spec, DeployOptions options) {
        return reading(
                () -> Planner.plan(observer.observe(spec, options.settings()), spec, options.settings(), pace.now()));
    }

    /** What a deploy would do now, with what that was decided from; changes nothing. */
    public Proposal propose(ReleaseSpec spec, DeployOptions options) {
        return reading(() -> {
            Observed observed = observer.observe(spec, options.settings());
            Plan plan = Planner.plan(observed, spec, options.settings(), pace.now());
            FrozenPlan.Sight seen = new Sighting(cluster, observed, spec).sight();
            return new Proposal(plan, FrozenPlan.of(plan, seen, options));
        });
    }

    /** A plan, and the same as it is agreed to. */
    public record Proposal(Plan plan, FrozenPlan frozen) {}

    /**
     * Brings the release into the cluster and hands the traffic over to it.
     *
     * @throws RelevoException when it failed; its problem begins with the root cause, and its exit code tells whether the
     *     previous release serves again
     */
    public DeployOutcome deploy(ReleaseSpec spec, DeployOptions options) {
        return deploy(spec, options, Optional.empty());
    }

    /**
     * The same by a plan that was agreed to.
     *
     * @param agreed the plan; empty to make one
     * @throws RelevoException with {@link DeployError#PLAN_DRIFTED} or {@link DeployError#PLAN_INPUTS_CHANGED} before anything
     *     is written, when the plan would be another one now
     */
    public DeployOutcome deploy(ReleaseSpec spec, DeployOptions options, Optional<FrozenPlan> agreed) {
        agreed.ifPresent(plan -> plan.requireInputs(spec, options));
        return locked(spec.ref(), options, options.ticket(), deployment -> deployment.deploy(spec, agreed));
    }

    /**
     * Deploys the content of an earlier release again, as a release of its own.
     *
     * @param number the release; empty for the one that served before the present one
     */
    public DeployOutcome rollback(AppRef app, OptionalInt number, DeployOptions options) {
        return rollback(app, new WayBack(number, false), options);
    }

    /**
     * The same, said more exactly.
     *
     * @throws RelevoException with {@link DeployError#INCOMPATIBLE} when an incompatible release came after the one that is
     *     meant, and nobody has said that this is known
     */
    public DeployOutcome rollback(AppRef app, WayBack way, DeployOptions options) {
        if (way.to().isEmpty()) {
            Optional<DeployOutcome> taken = reading(() -> takeBack.insteadOfGoingBack(app, way, options));
            if (taken.isPresent()) {
                return taken.get();
            }
        }
        DeployOptions back = options.forComingBack();
        return locked(app, back, Ticket.PLAIN, deployment -> {
            List<ReleaseRecord> records = observer.records(app);
            ReleaseSpec spec = new SchemaBarrier(records)
                    .comingBack(way.target(app, records), back.strategy(), way.acrossIncompatible());
            return deployment.deploy(spec, Optional.empty());
        });
    }

    /** The releases of an app, the oldest first. */
    public List<ReleaseRecord> history(AppRef app) {
        return reading(() -> observer.records(app));
    }

    /** How an app stands; empty when it was never deployed. */
    public Optional<AppStatus> status(AppRef app) {
        return reading(() -> {
            List<ReleaseRecord> records = observer.records(app);
            if (records.isEmpty()) {
                return Optional.empty();
            }
            ReleaseRecord last =
                    ReleaseRecord.last(records, ReleaseStatus.DEPLOYED).orElse(records.get(records.size() - 1));
            Observed observed = observer.observe(last.release().spec());
            Optional<KubeObject> lease = Lock.lease(cluster, app);
            Optional<KubeObject> lock = lease.filter(found -> !Lock.free(found));
            return Optional.of(new AppStatus(
                    app,
                    observed.deployed(),
                    ReleaseRecord.last(records, ReleaseStatus.PENDING),
                    observed.workload(),
                    observed.candidate(),
                    observed.traffic(),
                    endpoints(observed),
                    lock.map(Lock::holderOf),
                    lock.flatMap(Ask::on),
                    lock.flatMap(held -> held.annotation(Lock.WAITS)),
                    lease.map(WaitingLine::on).orElse(WaitingLine.EMPTY).all().stream()
                            .map(WaitingLine.Waiting::sentence)
                            .toList()));
        });
    }

    /**
     * Asks something of the deploy that is running.
     *
     * @param atMost how long a pause may last; means nothing for other wishes
     * @return who was asked
     * @throws RelevoException with {@link DeployError#NOTHING_TO_STEER} when no deploy is running
     */
    public String ask(AppRef app, Ask.Wish wish, Duration atMost) {
        return reading(() -> {
            Optional<String> asked = Lock.held(cluster, app).map(Lock::holderOf);
            return petition(app)
                    .ask(wish, atMost)
                    .flatMap(done -> asked)
                    .orElseThrow(() -> Petition.nobody(app, Lock.ref(app)));
        });
    }

    /**
     * Ends a pause.
     *
     * @return whether there was one
     */
    public boolean resume(AppRef app) {
        return reading(() -> petition(app).resume().orElseThrow(() -> Petition.nobody(app, Lock.ref(app))));
    }

    /**
     * Takes a release back that is being deployed: asks the deploy to do it and waits until it has; if no deploy is alive any
     * more, does it itself under the lock.
     *
     * @throws RelevoException with {@link DeployError#NOTHING_TO_STEER} when the release was deployed before it heard of this
     */
    public AbortOutcome abort(AppRef app, DeployOptions options) {
        return reading(() -> takeBack.now(app, options))
                .orElseThrow(() -> Problem.of(
                                DeployError.NOTHING_TO_STEER,
                                "The release of " + app + " was deployed before its deploy heard of the abort")
                        .remedy("Run `relevo rollback` to go back to the release before it")
                        .asException());
    }

    /**
     * Waits while a deploy runs, and takes its release back when its lock runs out. One that gave its lock back has ended as it
     * meant to: nothing is done then.
     *
     * @param epoch of the lock that the deploy holds
     * @param options how to withdraw; {@link DeployOptions#lockWait()} is how long the deploy may take at most
     * @return empty when there was nothing to do
     */
    public Optional<AbortOutcome> watch(AppRef app, int epoch, DeployOptions options) {
        return reading(() -> takeBack.watch(app, epoch, options));
    }

    private Petition petition(AppRef app) {
        return new Petition(cluster, app, pace, holder);
    }

    private Map<String, Integer> endpoints(Observed observed) {
        Map<String, Integer> ready = new TreeMap<>();
        for (String service : observed.services().keySet()) {
            Map<String, String> ofService = Map.of(EndpointWait.SERVICE_NAME, service);
            List<KubeObject> slices = cluster.list(Kind.ENDPOINT_SLICE, observed.namespace(), ofService)
                    .items();
            ready.put(service, EndpointWait.readyEndpoints(slices).size());
        }
        return ready;
    }

    /** Where its cluster is. */
    String address() {
        return cluster.address();
    }

    /** Does work that writes, under the app's lock. */
    <T> T locked(AppRef app, DeployOptions options, Ticket ticket, Function<Deployment, T> work) {
        Lock.Request request = new Lock.Request(
                app.app(), app.namespace(), holder, options.lease(), options.lockWait(), Optional.of(ticket));
        return reading(() -> {
            try (Lock lock = acquire(request, options.createNamespace());
                    Pace.Repeating keeper = pace.every(options.lease().dividedBy(5), lock::keep);
                    Watchdog watchdog = Watchdog.start(cluster, events, app, lock.epoch(), options);
                    SharedWatches watches = new SharedWatches(cluster);
                    LeaseSteering steering = new LeaseSteering(watches, lock, app, pace)) {
                return work.apply(new Deployment(
                        new Observer(watches), deployer.tools(watches, lock, steering, options), options));
            }
        });
    }

    private Lock acquire(Lock.Request request, boolean makesNamespace) {
        try {
            return Lock.acquire(cluster, request, pace, events);
        } catch (ClusterRefusal.NotFound noNamespace) {
            if (!makesNamespace) {
                throw noNamespace;
            }
            createNamespace(request.namespace());
            return acquire(request, false);
        } catch (InterruptedException e) {
            throw Problem.of(DeployError.INTERRUPTED, "Stopped while waiting for the lock; nothing was changed")
                    .asException(e);
        }
    }

    private void createNamespace(String namespace) {
        ObjectRef ref = new ObjectRef(Kind.NAMESPACE, "", namespace);
        try {
            if (cluster.get(ref).isEmpty()) {
                cluster.create(KubeObject.named(ref).withLabel(Marks.MANAGED_BY, "relevo"));
            }
        } catch (ClusterRefusal.Conflict somebodyElseDid) {
            // It is there, which is all that was wanted.
        } catch (ClusterRefusal refusal) {
            throw refusal.problem().asException(refusal);
        }
    }

    private static <T> T reading(Supplier<T> work) {
        try {
            return work.get();
        } catch (ClusterRefusal refusal) {
            throw refusal.problem().asException(refusal);
        }
    }

    /** A name for this process that tells people who holds a lock: user, machine and process. */
    public static String processName() {
        String machine = Optional.ofNullable(System.getenv("HOSTNAME")).orElse("localhost");
        String build =
                Optional.ofNullable(System.getenv("BUILD_TAG")).orElse(System.getProperty("user.name", "unknown"));
        return build + "@" + machine + "/" + ProcessHandle.current().pid() + "-"
                + Long.toHexString(Duration.ofNanos(System.nanoTime()).toMillis());
    }
}
