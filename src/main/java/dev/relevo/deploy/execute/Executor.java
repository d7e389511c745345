package dev.relevo.deploy.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.Durations;
import dev.relevo.deploy.lock.Ask;
import dev.relevo.deploy.lock.Fence;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.lock.Steering;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.HookScene;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.OperationDigest;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.HookOutcome;
import dev.relevo.deploy.release.Json;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Selector;
import dev.relevo.deploy.release.Workload;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import dev.relevo.traffic.HttpRoute;
import dev.relevo.traffic.IngressCanary;
import dev.relevo.traffic.ReplicaRatio;
import dev.relevo.traffic.Router;
import dev.relevo.traffic.ServiceSelector;
import dev.relevo.traffic.Share;
import dev.relevo.verify.Reach;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Carries plans out: one operation after the other, each through the fence, each followed by what the cluster says. It decides
 * nothing; an operation that fails ends the plan where it is, which is a state that is safe to stay in.
 */
public final class Executor {
    private final Tools tools;
    private final Cluster cluster;
    private final EventSink events;
    private final Pace pace;
    private final Writer writer;
    private final Waiter waiter;
    private final Gates gates;
    private final FailureFinder failures;
    private final Steering steering;
    private final HookRuns hooks;
    private final Map<ObjectRef, String> uids = new HashMap<>();
    private int number;
    private Optional<ReleaseSpec> spec = Optional.empty();
    /** Pods that stand beside the app's own behind its Services, by what they are there for. */
    private final Map<String, Integer> beside = new HashMap<>();

    private final Map<ObjectRef, Integer> complete = new HashMap<>();
    private final Map<ObjectRef, Integer> sizes = new HashMap<>();

    /** What an executor works with. @param patience how long nothing may move before a wait fails */
    public record Tools(
            Cluster cluster,
            Fence fence,
            Steering steering,
            Pace pace,
            EventSink events,
            Reach reach,
            FailureFinder failures,
            Errands errands,
            Duration patience) {
        /** The same for bringing things back, which nobody stops. */
        public Tools unsteered() {
            return steeredBy(Steering.NONE);
        }

        /** The same that listens to somebody else. */
        public Tools steeredBy(Steering other) {
            return new Tools(cluster, fence, other, pace, events, reach, failures, errands, patience);
        }
    }

    public Executor(Tools tools) {
        this(tools, new HashMap<>());
    }

    /** For bringing things back: nobody stops it, and it goes on with the record of the hooks. */
    public Executor unsteered() {
        return new Executor(tools.unsteered(), hooks.ended());
    }

    private Executor(Tools tools, Map<Integer, List<HookOutcome>> ended) {
        this.tools = tools;
        this.cluster = tools.cluster();
        this.events = tools.events();
        this.pace = tools.pace();
        this.failures = tools.failures();
        this.writer = new Writer(tools.cluster(), tools.fence());
        this.steering = tools.steering();
        this.hooks = new HookRuns(tools, ended);
        this.waiter = new Waiter(tools.pace(), tools.fence(), tools.steering(), tools.events(), tools.patience());
        this.gates = new Gates(tools.cluster(), tools.reach(), tools.pace(), waiter, tools.events(), tools.patience());
    }

    /** What was just read to plan with need not be read again to write it. */
    public void saw(Observed observed, List<KubeObject> heads) {
        heads.forEach(writer::saw);
        // The status of one that is still rolled will have changed by then.
        observed.workload().filter(Workload::complete).ifPresent(live -> writer.saw(live.object()));
        observed.services().values().forEach(writer::saw);
        observed.candidateService().ifPresent(writer::saw);
        observed.previews().forEach(writer::saw);
        if (observed.previews().isEmpty()) {
            for (Kind kind : List.of(Kind.HTTP_ROUTE, Kind.INGRESS)) {
                writer.sawNothing(new ObjectRef(kind, observed.namespace(), Marks.previewName(observed.app())));
            }
        }
        if (observed.baseline().isEmpty()) {
            writer.sawNothing(Marks.baselineDeployment(observed.app(), observed.namespace()));
        }
        if (observed.candidate().isEmpty()) {
            writer.sawNothing(Marks.candidateDeployment(observed.app(), observed.namespace()));
        }
        if (observed.candidateService().isEmpty()) {
            writer.sawNothing(Marks.candidateService(observed.app(), observed.namespace()));
        }
    }

    /** How many pods this Deployment had when it was last seen to be complete; 0 when it never was. */
    public int complete(ObjectRef deployment) {
        return complete.getOrDefault(deployment, 0);
    }

    /**
     * Carries the plan out.
     *
     * @return how many writes changed something
     * @throws RelevoException with the root cause when an operation fails
     */
    public int run(Plan plan) throws InterruptedException {
        return run(plan, 0, plan.operations().size());
    }

    /** The same with one stage, when those before it were carried out. */
    public int run(Plan plan, Stage stage) throws InterruptedException {
        int size = plan.operations().size();
        return run(plan, plan.stages().from(stage, size), plan.stages().until(stage, size));
    }

    private int run(Plan plan, int from, int until) throws InterruptedException {
        number = plan.release().number();
        spec = Optional.of(plan.release().spec());
        int before = writer.changes();
        boolean serves = plan.operations().subList(0, from).stream().anyMatch(Executor::serves);
        int handOver = plan.handOver();
        for (int i = from; i < until; i++) {
            if (i == handOver) {
                events.emit(new Event.HandOverStarted(number));
            }
            Operation operation = plan.operations().get(i);
            try {
                if (!serves) {
                    steering.check();
                    hold(operation);
                    if (leftOut(plan, i)) {
                        continue;
                    }
                }
                carryOut("operation-" + (i + 1), operation);
            } catch (RelevoException e) {
                if (!serves || e.problem().code() == DeployError.LOCK_LOST) {
                    throw e;
                }
                // The release serves and is recorded; what is left is tidying up, which the next deploy does as well.
                events.emit(new Event.Warning(e.problem().summary(), "The next deploy does it"));
            }
            serves |= serves(operation);
        }
        return writer.changes() - before;
    }

    /** From then on the release is the one that serves. */
    private static boolean serves(Operation operation) {
        return operation instanceof Operation.RecordRelease record && record.status() == ReleaseStatus.DEPLOYED;
    }

    /** Carries out once more what was carried out before, to make sure that it still holds. */
    public void again(Operation operation) throws InterruptedException {
        steering.check();
        carryOut("again", operation);
    }

    /** Somebody has asked for a pause: nothing more is changed until that is over. */
    private void hold(Operation next) throws InterruptedException {
        Optional<Ask> pause = paused();
        if (pause.isEmpty() || !next.writes()) {
            return;
        }
        String before = "before: " + next.sentence();
        events.emit(new Event.Warning(
                "Paused by " + pause.get().by() + ", at most "
                        + Durations.format(pause.get().atMost()) + ", " + before,
                "End it with `relevo resume`, `relevo promote` or `relevo abort`"));
        waiter.hold("to be resumed, " + before, pause.get().atMost(), () -> paused().isEmpty());
        events.emit(new Event.Info("The pause is over"));
    }

    private Optional<Ask> paused() {
        return steering.asked().filter(ask -> ask.wish() == Ask.Wish.PAUSE);
    }

    /** Somebody who promotes wholly wants no more of the candidate's trial. */
    private boolean leftOut(Plan plan, int index) {
        return plan.trial().holds(index)
                && steering.asked()
                        .filter(ask -> ask.wish() == Ask.Wish.PROMOTE_WHOLLY)
                        .isPresent();
    }

    /** Writes down what became of a release whose plan ended early. */
    public void mark(AppRef app, int number, ReleaseStatus status) {
        history(app).mark(number, status, writer);
    }

    private void carryOut(String id, Operation operation) throws InterruptedException {
        events.emit(new Event.TaskStarted(id, operation.sentence(), operation.kind()));
        Duration began = pace.elapsed();
        int changes = writer.changes();
        Event.Outcome outcome = Event.Outcome.FAILED;
        String detail = "";
        Optional<Problem> problem = Optional.empty();
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            detail = perform(id, operation);
            boolean unchanged = writer.changes() == changes
                    && OperationDigest.written(operation).isPresent();
            outcome = unchanged ? Event.Outcome.UNCHANGED : Event.Outcome.DONE;
        } catch (ClusterRefusal refusal) {
            RelevoException told = refused(operation, refusal);
            problem = Optional.of(told.problem());
            throw told;
        } catch (RelevoException e) {
            problem = Optional.of(e.problem());
            throw e;
        } finally {
            events.emit(new Event.TaskFinished(
                    id, operation.sentence(), outcome, pace.elapsed().minus(began), detail, problem));
        }
    }

    private static RelevoException refused(Operation operation, ClusterRefusal refusal) {
        Problem problem = refusal.problem();
        Problem told = Problem.of(DeployError.REFUSED_BY_CLUSTER, problem.summary())
                .detail("While: " + operation.sentence())
                .details(problem.details());
        return problem.remedy().map(told::remedy).orElse(told).asException(refusal);
    }

    private String perform(String id, Operation operation) throws InterruptedException {
        // A sealed hierarchy: every kind of operation has its line here.
        if (operation instanceof Operation.Apply apply) {
            return apply(id, apply);
        } else if (operation instanceof Operation.Delete delete) {
            writer.delete(delete.ref(), live -> delete.uid().equals(live.uid()) && remembered(live));
        } else if (operation instanceof Operation.DropCandidate drop) {
            writer.delete(drop.ref(), live -> !Marks.track(live).isEmpty());
            if (spec.isPresent()
                    && Marks.candidateDeployment(spec.get().app(), spec.get().namespace())
                            .equals(drop.ref())) {
                events.emit(new Event.TrafficShifted(id, "it is deleted", 0));
            }
        } else if (operation instanceof Operation.ScaleTo scale) {
            scale(scale.ref(), scale.replicas(), scale.onlyUp());
        } else if (operation instanceof Operation.ReplaceStuckPods replace) {
            return unblock(id, replace.ref());
        } else if (operation instanceof Operation.ScaleLike scale) {
            cluster.get(scale.other()).map(Workload::new).ifPresent(other -> scale(scale.ref(), other.desired(), true));
        } else if (operation instanceof Operation.AwaitRollout await) {
            return rollout(id, await);
        } else if (operation instanceof Operation.AwaitGone await) {
            return gone(id, await);
        } else if (operation instanceof Operation.AwaitEndpoints await) {
            try (EndpointWait wait = new EndpointWait(cluster, await, pace)) {
                return waiter.until(id, "the endpoints of " + await.service() + " are the new pods", wait::look);
            }
        } else if (operation instanceof Operation.Smoke smoke) {
            return gates.smoke(id, smoke);
        } else if (operation instanceof Operation.SmokeThrough smoke) {
            return gates.smokeThrough(id, smoke);
        } else if (operation instanceof Operation.Knock knock) {
            return gates.knock(id, knock);
        } else if (operation instanceof Operation.MetricsGate gate) {
            return gates.metrics(id, gate);
        } else if (operation instanceof Operation.Pause pause) {
            waiter.pause(pause.duration());
        } else if (operation instanceof Operation.Observe observe) {
            return waiter.observe(observe.duration()) ? promoter() : "";
        } else if (operation instanceof Operation.AwaitPromotion await) {
            if (!steering.promoted()) {
                events.emit(new Event.PersonNeeded(
                        number,
                        "Waiting to be promoted, at most " + Durations.format(await.atMost())
                                + "; if nobody does, the candidate is withdrawn",
                        "End it with `relevo promote` or `relevo abort`"));
            }
            waiter.hold("to be promoted", await.atMost(), steering::promoted);
            return promoter();
        } else if (operation instanceof Operation.ShiftTraffic shift) {
            return shift(id, shift.router(), shift.percent());
        } else if (operation instanceof Operation.RunHook run) {
            return hook(id, run);
        } else if (operation instanceof Operation.RecordRelease record) {
            record(record);
        } else if (operation instanceof Operation.MarkRelease mark) {
            history(mark.of()).mark(mark.number(), mark.status(), writer);
        } else if (operation instanceof Operation.RecordStart start) {
            history(start.of()).start(start.number(), writer);
        } else if (operation instanceof Operation.ForgetRelease forget) {
            history(forget.of()).forget(forget.number(), writer);
        }
        return "";
    }

    private String hook(String id, Operation.RunHook run) throws InterruptedException {
        try {
            return hooks.run(id, run.hook(), run.scene(), run.decides());
        } finally {
            noteHooks(run.scene().ref(), run.scene().release());
        }
    }

    /** How the hooks of a release ended that ran so far. */
    public List<HookOutcome> hooks(int release) {
        return hooks.outcomes(release);
    }

    /** Runs a hook that decides nothing any more. */
    public void runHook(Hook hook, HookScene scene) throws InterruptedException {
        carryOut("hook-" + hook.name(), new Operation.RunHook(hook, scene, false));
    }

    /** Writes down how the hooks of a release ended, if the release is written down already. */
    private void noteHooks(AppRef app, int number) {
        List<HookOutcome> outcomes = hooks.outcomes(number);
        if (outcomes.isEmpty()) {
            return;
        }
        try {
            history(app).note(number, outcomes, writer);
        } catch (RelevoException | ClusterRefusal e) {
            events.emit(new Event.Warning("How the hooks ended could not be recorded", ""));
        }
    }

    private String promoter() {
        return steering.asked().map(Ask::sentence).orElse("");
    }

    private String apply(String id, Operation.Apply apply) throws InterruptedException {
        ObjectRef ref = apply.object().ref();
        if (writer.look(ref).filter(KubeObject::deleting).isPresent()) {
            waiter.until(
                    id,
                    "the " + ref + " that is being deleted is gone",
                    () -> cluster.get(ref).filter(KubeObject::deleting).isPresent()
                            ? new Progress.Waiting(0, 1, "objects", "being deleted")
                            : new Progress.Done(""));
        }
        KubeObject written = writer.apply(ref, live -> {
            live.ifPresent(now -> requireOurs(now, apply.object()));
            return live.isPresent() ? sized(apply, new Workload(live.get())) : remade(apply);
        });
        remember(written);
        return "";
    }

    /** What was written for the release is recorded with it. */
    private void remember(KubeObject written) {
        if (!Marks.adopted(written)) {
            uids.put(written.ref(), written.uid());
        }
    }

    /** How many pods a Deployment had when it was deleted, which an autoscaler may have changed until then. */
    private boolean remembered(KubeObject live) {
        if (live.kind().equals(Kind.DEPLOYMENT)) {
            sizes.put(live.ref(), new Workload(live).desired());
        }
        return true;
    }

    private KubeObject remade(Operation.Apply apply) {
        Integer size = sizes.get(apply.object().ref());
        return apply.replicas() == Operation.Replicas.AS_WRITTEN || size == null
                ? apply.object()
                : apply.object().with(tree -> Marks.child(tree, "spec").put("replicas", Math.max(1, size)));
    }

    /** A candidate, or its baseline, never takes over an object of its name that somebody else made. */
    private static void requireOurs(KubeObject live, KubeObject wanted) {
        String track = Marks.track(wanted);
        if (!track.isEmpty() && !track.equals(Marks.track(live))) {
            throw Problem.of(
                            DeployError.UNSAFE_CHANGE,
                            live.ref() + " is in the way of the " + track + ", which needs that name")
                    .remedy("Rename or delete it; Relevo did not make it")
                    .asException();
        }
    }

    /** Leaves replicas that something else sets alone. */
    private static KubeObject sized(Operation.Apply apply, Workload live) {
        if (apply.replicas() == Operation.Replicas.AS_WRITTEN) {
            return apply.object();
        }
        return apply.object().with(tree -> {
            ObjectNode spec = Marks.child(tree, "spec");
            // Fields that we alone own and leave out go back to their default, which would be one pod.
            if (live.replicasOwnedByRelevoAlone()) {
                spec.put("replicas", live.desired());
            } else {
                spec.remove("replicas");
            }
        });
    }

    private void scale(ObjectRef ref, int replicas, boolean onlyUp) {
        writer.merge(ref, live -> {
            int now = new Workload(live).desired();
            if (now == replicas || (onlyUp && now > replicas)) {
                return Optional.empty();
            }
            ObjectNode patch = Json.object();
            patch.putObject("spec").put("replicas", replicas);
            return Optional.of(patch);
        });
    }

    private String rollout(String id, Operation.AwaitRollout await) throws InterruptedException {
        KubeObject live = writer.written(await.ref())
                .orElseGet(() -> workload(await.ref()).object());
        try (RolloutWait wait = new RolloutWait(cluster, live, await.template(), failures, pace)) {
            tell(id, live, await.template(), false);
            String told = waiter.until(id, await.ref() + " is complete", wait::look, wait::cause);
            tell(id, live, await.template(), true);
            tellShare(id, live, wait.pods());
            complete.put(await.ref(), wait.pods());
            return told;
        }
    }

    private void tell(String id, KubeObject workload, String awaited, boolean ended) {
        if (Marks.BASELINE.equals(Marks.track(workload))) {
            return;
        }
        events.emit(new Event.Rollout(
                id,
                workload.kind().name() + "/" + workload.name(),
                Marks.CANDIDATE.equals(Marks.track(workload)),
                spec.map(ReleaseSpec::template).filter(awaited::equals).isPresent()
                        ? OptionalInt.of(number)
                        : OptionalInt.empty(),
                ended));
    }

    /** A candidate whose pods stand behind the app's own Services has the share that it has of the pods. */
    private void tellShare(String id, KubeObject workload, int pods) {
        Map<String, String> labels = workload.strings("/spec/template/metadata/labels");
        boolean served = spec.stream()
                .flatMap(release -> release.services().stream())
                .anyMatch(service -> Selector.of(service).matches(labels));
        if (served && !Marks.track(workload).isEmpty()) {
            beside.put(Marks.track(workload), pods);
        }
        int candidate = beside.getOrDefault(Marks.CANDIDATE, 0);
        if (!served || Marks.track(workload).isEmpty() || candidate == 0) {
            return;
        }
        try {
            int all = candidate
                    + beside.getOrDefault(Marks.BASELINE, 0)
                    + cluster.get(spec.orElseThrow().workload())
                            .map(live -> new Workload(live).available())
                            .orElse(0);
            events.emit(new Event.TrafficShifted(id, candidate + " of " + all + " pods", 100.0 * candidate / all));
        } catch (RelevoException | ClusterRefusal unknown) {
            // Only for people; nothing depends on it.
            return;
        }
    }

    private String gone(String id, Operation.AwaitGone await) throws InterruptedException {
        return waiter.until(id, await.ref() + " is gone", () -> {
            if (cluster.get(await.ref()).isPresent()) {
                return new Progress.Waiting(0, 1, "objects", "still there");
            }
            writer.sawNothing(await.ref());
            long left = await.pods().isEmpty()
                    ? 0
                    : cluster.list(Kind.POD, await.ref().namespace(), await.pods()).items().stream()
                            .filter(pod -> madeBy(await.ref(), pod))
                            .count();
            return left == 0
                    ? new Progress.Done("")
                    : new Progress.Waiting(0, left, "pods", left + (left == 1 ? " pod" : " pods") + " left");
        });
    }

    /** Jobs, other workloads and bare pods may carry an app's labels too, and stay. */
    private static boolean madeBy(ObjectRef workload, KubeObject pod) {
        Kind maker = workload.kind().equals(Kind.DEPLOYMENT) ? Kind.REPLICA_SET : workload.kind();
        return maker.name().equals(pod.at("/metadata/ownerReferences/0/kind").asText());
    }

    private String unblock(String id, ObjectRef ref) throws InterruptedException {
        // A pod that goes before the controller knows the present template comes back from the one before it.
        String unused = waiter.until(
                id,
                "the controller has seen the change of " + ref,
                () -> workload(ref).observed()
                        ? new Progress.Done("")
                        : new Progress.Waiting(0, 1, "changes", "not seen by the controller yet"));
        KubeObject set = workload(ref).object();
        List<KubeObject> pods = cluster.list(Kind.POD, ref.namespace(), new Workload(set).selector())
                .items();
        List<KubeObject> stuck = new StuckPods(set).among(pods);
        stuck.forEach(pod -> writer.delete(pod.ref(), pod.uid()));
        return stuck.stream().map(KubeObject::name).collect(Collectors.joining(", "));
    }

    private Workload workload(ObjectRef ref) {
        return new Workload(cluster.get(ref)
                .orElseThrow(() -> Problem.of(DeployError.ROLLOUT_FAILED, ref + " was deleted while it was waited for")
                        .asException()));
    }

    private String shift(String id, Router router, int percent) {
        Share share = shift(router, percent);
        // By the number of pods, the share changes when they are there.
        if (!(router instanceof ReplicaRatio)) {
            events.emit(new Event.TrafficShifted(id, router.subject(), share.percent()));
        }
        return percent == 0 || router instanceof ServiceSelector ? "" : share.toString();
    }

    /** @return what the candidate then has */
    private Share shift(Router router, int percent) {
        if (router instanceof ServiceSelector selector) {
            remember(writer.apply(percent > 0 ? selector.onCandidate() : selector.onStable()));
        } else if (router instanceof ReplicaRatio ratio) {
            scale(ratio.candidate(), ratio.pods(percent), false);
        } else if (router instanceof IngressCanary canary) {
            shift(canary, percent);
        } else if (router instanceof HttpRoute route) {
            Optional<KubeObject> live = writer.replace(route.route(), now -> shifted(route, now, percent));
            return live.map(route::observed).orElseGet(() -> new Share(percent, 0, 0));
        }
        return router.share(percent);
    }

    private void shift(IngressCanary canary, int percent) {
        if (percent == 0) {
            writer.delete(canary.sibling().ref(), live -> Marks.CANDIDATE.equals(Marks.track(live)));
            return;
        }
        KubeObject wanted = canary.at(percent);
        KubeObject unused = writer.apply(wanted.ref(), live -> {
            live.ifPresent(now -> requireOurs(now, wanted));
            return wanted;
        });
    }

    private static KubeObject shifted(HttpRoute route, KubeObject live, int percent) {
        HttpRoute.Shifted shifted = route.shifted(live, percent);
        return shifted.route()
                .orElseThrow(() ->
                        Problem.of(DeployError.UNSAFE_CHANGE, shifted.why()).asException());
    }

    private void record(Operation.RecordRelease record) {
        Map<ObjectRef, String> written = new HashMap<>();
        record.release().spec().manifests().forEach(manifest -> {
            String uid = uids.get(manifest.ref());
            if (uid != null) {
                written.put(manifest.ref(), uid);
            }
        });
        history(record.release().spec().ref())
                .write(new ReleaseRecord(record.release(), record.status(), written), writer);
        noteHooks(record.release().spec().ref(), record.release().number());
    }

    private ReleaseHistory history(AppRef app) {
        return new ReleaseHistory(cluster, app);
    }
}
