package dev.relevo.deploy.strategy;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.cluster.Rollout;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Observed.Traffic;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Operation.Apply;
import dev.relevo.deploy.plan.Operation.AwaitEndpoints;
import dev.relevo.deploy.plan.Operation.AwaitGone;
import dev.relevo.deploy.plan.Operation.AwaitRollout;
import dev.relevo.deploy.plan.Operation.Delete;
import dev.relevo.deploy.plan.Operation.Pause;
import dev.relevo.deploy.plan.Operation.Replicas;
import dev.relevo.deploy.plan.Operation.ScaleLike;
import dev.relevo.deploy.plan.Operation.ScaleTo;
import dev.relevo.deploy.plan.Operation.ShiftTraffic;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.deploy.plan.Stages;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseObjects;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Selector;
import dev.relevo.deploy.release.Template;
import dev.relevo.deploy.release.Workload;
import dev.relevo.deploy.strategy.Candidate.Exposure;
import dev.relevo.report.Problem;
import dev.relevo.traffic.Router;
import dev.relevo.traffic.ServiceSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The moves that strategies are made of. Each adds the operations that it takes from the observed state, and none where
 * there is nothing to do. The moves keep one rule: traffic leaves pods before the pods leave.
 */
final class PlanBuilder {
    private final Observed observed;
    private final Release release;
    private final Settings settings;
    private final ReleaseObjects objects;
    private final List<Operation> operations = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Beside beside;
    private final Checks checks;
    private final Routing routing;
    private boolean started;
    private Plan.Trial trial = Plan.Trial.NONE;
    private Stages stages = Stages.NONE;

    PlanBuilder(Observed observed, Release release, Settings settings) {
        this.observed = observed;
        this.release = release;
        this.settings = settings;
        this.objects = new ReleaseObjects(release);
        this.beside = new Beside(observed, release, objects);
        this.checks = new Checks(observed.namespace(), objects, settings);
        this.routing = new Routing(observed, objects);
    }

    Plan plan(String why) {
        return new Plan(release, release.spec().strategy(), why, notes, operations, trial, stages);
    }

    /** What comes from here on belongs to this stage. */
    PlanBuilder stage(Stage begins) {
        stages = stages.with(begins, operations.size());
        return this;
    }

    /** What comes from here on until {@link #tried} tries the candidate out. */
    PlanBuilder trial() {
        if (trial.equals(Plan.Trial.NONE)) {
            trial = new Plan.Trial(operations.size(), operations.size());
        }
        return this;
    }

    PlanBuilder tried() {
        trial = new Plan.Trial(trial.from(), operations.size());
        return this;
    }

    PlanBuilder note(String text) {
        notes.add(text);
        return this;
    }

    PlanBuilder add(Operation operation) {
        operations.add(operation);
        return this;
    }

    private PlanBuilder addAll(Collection<? extends Operation> all) {
        operations.addAll(all);
        return this;
    }

    /** Writes down what is begun, so that whoever comes after a crash knows it. */
    PlanBuilder open() {
        stage(Stage.PREPARE);
        boolean serves = observed.records().stream()
                .anyMatch(record -> record.number() == release.number() && record.status() == ReleaseStatus.DEPLOYED);
        if (!serves) {
            add(new Operation.RecordRelease(release, ReleaseStatus.PENDING));
        }
        return addAll(beside.dropPreviews());
    }

    /** Configuration, accounts and whatever else pods need first; other workloads of the release are waited for. */
    PlanBuilder foundations() {
        List<KubeObject> foundations = objects.foundations();
        if (foundations.stream().anyMatch(object -> Marks.runsPods(object.kind()))) {
            starts();
        }
        foundations.forEach(object -> add(new Apply(object, Replicas.AS_WRITTEN)));
        foundations.stream()
                .filter(object -> Rollout.KINDS.contains(object.kind()) && UpdateRules.rolls(object))
                .forEach(object -> add(new AwaitRollout(object.ref(), annotatedTemplate(object))));
        return this;
    }

    /** What comes next runs something of the release. */
    PlanBuilder starts() {
        if (release.spec().incompatible() && !started) {
            started = true;
            add(new Operation.RecordStart(release.spec().ref(), release.number()));
        }
        return this;
    }

    private static String annotatedTemplate(KubeObject marked) {
        return new Workload(marked).template();
    }

    /** Rolls the app's own Deployment to the release and waits until it is there whole. */
    PlanBuilder workload(boolean mayRecreate) {
        ObjectRef ref = release.spec().workload();
        boolean recreate = false;
        if (observed.workload().isPresent()) {
            Workload live = observed.workload().get();
            if (live.object().deleting()) {
                recreate = true;
                add(new AwaitGone(ref, Map.of()));
            } else if (!live.sameSelector(release.spec().workloadManifest())) {
                requireRecreate(mayRecreate, ref);
                recreate = true;
                add(new Delete(ref, live.object().uid(), "its selector changes, which Kubernetes does not allow"));
                add(new AwaitGone(ref, live.selector()));
            }
        }
        return applyWorkload(recreate);
    }

    /**
     * Applies the workload.
     *
     * @param fresh whether it does not exist at that moment though it is observed
     */
    PlanBuilder applyWorkload(boolean fresh) {
        starts();
        Apply apply = new Apply(objects.workload(), Replicas.AS_WRITTEN);
        if (autoscaled() && observed.workload().isPresent()) {
            int live = observed.workload().get().desired();
            apply = fresh
                    ? new Apply(sized(objects.workload(), live), Replicas.AS_LIVE)
                    : new Apply(objects.workload(), Replicas.AS_LIVE);
        }
        add(apply);
        boolean over = observed.workload().isPresent() && !fresh;
        if (over && release.spec().workload().kind().equals(Kind.STATEFUL_SET)) {
            add(new Operation.ReplaceStuckPods(release.spec().workload()));
        }
        return awaitWorkload();
    }

    private boolean autoscaled() {
        return observed.autoscaled() || objects.autoscaled();
    }

    private PlanBuilder awaitWorkload() {
        return add(new AwaitRollout(release.spec().workload(), release.spec().template()));
    }

    private static KubeObject sized(KubeObject deployment, int replicas) {
        return deployment.with(tree -> Marks.child(tree, "spec").put("replicas", Math.max(1, replicas)));
    }

    private static void requireRecreate(boolean mayRecreate, ObjectRef ref) {
        if (!mayRecreate) {
            throw Problem.of(
                            DeployError.UNSAFE_CHANGE,
                            "The selector of " + ref
                                    + " differs from the live one, and Kubernetes never lets it change")
                    .remedy("Deploy this release once with --strategy blue-green (without downtime) or big-bang")
                    .asException();
        }
    }

    /** Before switching to the candidate: as many pods as the autoscaler has asked for by then, not when this was planned. */
    PlanBuilder keepUp(Candidate candidate) {
        if (!autoscaled() || observed.workload().isEmpty()) {
            return this;
        }
        ObjectRef workload = release.spec().workload();
        // The second time is for what was asked while the first was waited for.
        return add(new ScaleLike(candidate.ref(), workload))
                .add(new AwaitRollout(candidate.ref(), release.spec().template()))
                .add(new ScaleLike(candidate.ref(), workload));
    }

    /** Before switching back to the workload: at least as many pods as carry the traffic now. */
    PlanBuilder capacity(int atLeast) {
        if (!autoscaled()) {
            return this;
        }
        ObjectRef workload = release.spec().workload();
        ObjectRef candidate = Marks.candidateDeployment(observed.app(), observed.namespace());
        return add(new ScaleTo(workload, atLeast, true))
                .add(new ScaleLike(workload, candidate))
                .awaitWorkload();
    }

    /** The app's Services that can be applied before the workload without leaving them empty meanwhile. */
    PlanBuilder servicesBefore() {
        objects.services().stream().filter(this::fitsBefore).forEach(this::applyService);
        return this;
    }

    /** The rest of the app's Services. */
    PlanBuilder servicesAfter() {
        objects.services().stream().filter(service -> !fitsBefore(service)).forEach(this::applyService);
        return this;
    }

    private void applyService(KubeObject service) {
        add(new Apply(service, Replicas.AS_WRITTEN));
    }

    private boolean fitsBefore(KubeObject service) {
        return observed.service(service.ref()).isEmpty()
                || observed.workload().isEmpty()
                || Selector.of(service)
                        .matches(Template.labels(observed.workload().get().object()));
    }

    /** Scaling, disruption budgets and routes. */
    PlanBuilder followers() {
        objects.followers().forEach(object -> add(new Apply(object, Replicas.AS_WRITTEN)));
        return this;
    }

    /** Waits until the Services lead to the workload's new pods and to nothing else. */
    PlanBuilder endpoints() {
        Map<String, String> pods = release.spec().workloadManifest().strings("/spec/selector/matchLabels");
        boolean scaledToNothing = autoscaled() && observed.workload().isPresent()
                ? observed.workload().get().desired() == 0
                : release.spec().workloadManifest().at("/spec/replicas").asInt(1) == 0;
        if (!scaledToNothing) {
            objects.services()
                    .forEach(service -> add(new AwaitEndpoints(
                            service.ref(), pods, release.spec().template())));
        }
        return this;
    }

    /** Asks through a Service, if anything is to be asked. */
    PlanBuilder smoke(ObjectRef service) {
        return addAll(checks.through(service));
    }

    /** The same through the app's main Service, if it has one. */
    PlanBuilder smokeThroughService() {
        return addAll(checks.throughMain());
    }

    /** Asks the candidate the way that users come too, where a route leads to the app. */
    PlanBuilder smokeByPreview(Candidate candidate) {
        return settings.asksByRoute()
                ? addAll(beside.preview(candidate, settings.verify().http(), settings))
                : this;
    }

    /** Lets the candidate be observed, compared with a baseline where there is one. */
    PlanBuilder observe(Candidate candidate, Optional<Baseline> baseline, Duration during, String why) {
        return addAll(checks.observe(candidate, baseline, during, why));
    }

    /** Brings up the candidate and the Service of its own, and waits until both serve. */
    PlanBuilder candidate(Candidate candidate, int replicas, Exposure exposure) {
        return addAll(beside.candidate(candidate, replicas, exposure));
    }

    /** Applies the candidate's Deployment and waits until it is complete. */
    PlanBuilder candidateSized(Candidate candidate, int replicas, Exposure exposure) {
        return addAll(beside.candidateSized(candidate, replicas, exposure));
    }

    /** Applies the baseline's Deployment; it is waited for with {@link #awaitBaseline}, so that it is as old as the candidate. */
    PlanBuilder baseline(Baseline baseline, int replicas) {
        return addAll(beside.baseline(baseline, replicas));
    }

    PlanBuilder awaitBaseline(Baseline baseline) {
        return addAll(beside.awaitBaseline(baseline));
    }

    /** Takes a baseline that has no share of a route any more away, and its Service, whoever left them. */
    PlanBuilder dropBaseline() {
        return addAll(beside.dropBaseline());
    }

    /** Takes an idle candidate and its Service away, and a baseline, whoever left them. */
    PlanBuilder dropCandidate() {
        return addAll(beside.dropCandidate());
    }

    /** Proxies and connections on their way get their time. */
    PlanBuilder settle() {
        return settings.settle().isZero()
                ? this
                : add(new Pause(settings.settle(), "connections on their way still reach the pods that they go to"));
    }

    /** Switches all of the app's Services to the candidate. */
    PlanBuilder switchToCandidate(Candidate candidate) {
        for (KubeObject service : objects.services()) {
            add(new ShiftTraffic(new ServiceSelector(service, candidate.labels()), 100));
        }
        if (autoscaled() && observed.workload().isPresent()) {
            // For what was asked between the last look and the switch, which are two requests.
            add(new ScaleLike(candidate.ref(), release.spec().workload()));
        }
        for (KubeObject service : objects.services()) {
            add(new AwaitEndpoints(
                    service.ref(), candidate.labels(), release.spec().template()));
        }
        return addAll(checks.fromOutside()).settle();
    }

    /** Switches the Services, and every route, back to the workload, which is at the release by now. */
    PlanBuilder switchToWorkload() {
        for (KubeObject service : objects.services()) {
            add(new ShiftTraffic(new ServiceSelector(service, Map.of()), 0));
        }
        endpoints();
        return addAll(checks.fromOutside()).restoreRoutes().settle();
    }

    /** Takes the candidate out of every route that is observed to lead to it, or that this plan gives it a share in. */
    PlanBuilder restoreRoutes() {
        return addAll(routing.restore(operations));
    }

    /** What gives the candidate its share in a route that leads to the app's Service. */
    Router router(KubeObject route, String service, Candidate candidate, boolean compared) {
        return routing.router(route, service, candidate, compared);
    }

    /** Deletes what is not needed any more and records the release as the one that serves. */
    PlanBuilder close() {
        stage(Stage.CLOSE);
        Housekeeping housekeeping = new Housekeeping(observed, release, settings);
        List<Operation> deletes = housekeeping.prune();
        operations.addAll(deletes);
        if (observed.autoscaled() && !objects.autoscaled() && deletes.stream().anyMatch(PlanBuilder::ofScaler)) {
            // Nobody sets the number of pods any more, so it is what the manifest says.
            add(new Apply(objects.workload(), Replicas.AS_WRITTEN)).awaitWorkload();
        }
        stage(Stage.RECORD);
        operations.addAll(housekeeping.record());
        return this;
    }

    private static boolean ofScaler(Operation operation) {
        return operation instanceof Operation.Delete delete
                && delete.ref().kind().sameGroupAndName(Kind.HORIZONTAL_POD_AUTOSCALER);
    }

    Optional<Workload> live() {
        return observed.workload().filter(live -> !live.object().deleting());
    }

    boolean stable() {
        return observed.traffic() == Traffic.STABLE;
    }

    /** The app's main Service as the release has it. */
    Optional<KubeObject> mainService() {
        return objects.services().stream().findFirst();
    }
}
