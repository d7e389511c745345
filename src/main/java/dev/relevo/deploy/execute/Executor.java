package dev.relevo.deploy.execute;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.lock.Steering;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.HookScene;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.HookOutcome;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Workload;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.RelevoException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Carries plans out: one operation after the other, each through the fence, each followed by what the cluster says. It decides
 * nothing; an operation that fails ends the plan where it is, which is a state that is safe to stay in.
 */
public final class Executor {
    private final Tools tools;
    private final EventSink events;
    private final Steering steering;
    private final Writer writer;
    private final ReleaseEvents releaseEvents;
    private final HookRuns hooks;
    private final ReleaseRecords records;
    private final Readiness readiness;
    private final ManualGates people;
    private final OperationRunner operations;

    public Executor(Tools tools) {
        this(tools, new HashMap<>());
    }

    /** For bringing things back: nobody stops it, and it goes on with the record of the hooks. */
    public Executor unsteered() {
        return new Executor(tools.unsteered(), hooks.ended());
    }

    private Executor(Tools tools, Map<Integer, List<HookOutcome>> ended) {
        this.tools = tools;
        this.events = tools.events();
        this.steering = tools.steering();
        this.writer = new Writer(tools.cluster(), tools.fence());
        this.releaseEvents = new ReleaseEvents(tools.cluster(), tools.events());
        this.hooks = new HookRuns(tools, ended);
        this.records = new ReleaseRecords(tools, writer, hooks);
        this.readiness = new Readiness(tools, writer, releaseEvents);
        this.people = new ManualGates(tools, releaseEvents);
        this.operations = new OperationRunner(tools, writer, releaseEvents, hooks, records, readiness, people);
    }

    /** What was just read to plan with need not be read again to write it. */
    public void saw(Observed observed, List<KubeObject> heads, ReleaseSpec wanted) {
        sawNothingNew(observed, wanted);
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

    /** What no release had before is mostly not there yet, the configuration named by its content above all. */
    private void sawNothingNew(Observed observed, ReleaseSpec wanted) {
        Set<ObjectRef> known = observed.records().stream()
                .flatMap(record -> record.release().spec().manifests().stream())
                .map(KubeObject::ref)
                .collect(Collectors.toSet());
        if (!known.isEmpty()) {
            wanted.manifests().stream()
                    .map(KubeObject::ref)
                    .filter(ref -> !known.contains(ref))
                    .forEach(writer::sawNothing);
        }
    }

    /** How many pods this Deployment had when it was last seen to be complete; 0 when it never was. */
    public int complete(ObjectRef deployment) {
        return readiness.complete(deployment);
    }

    /** How the hooks of a release ended that ran so far. */
    public List<HookOutcome> hooks(int release) {
        return hooks.outcomes(release);
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
        releaseEvents.begin(plan.release());
        readiness.expect(plan);
        int before = writer.changes();
        boolean serves = plan.operations().subList(0, from).stream().anyMatch(Executor::serves);
        int handOver = plan.handOver();
        for (int i = from; i < until; i++) {
            if (i == handOver) {
                events.emit(new Event.HandOverStarted(plan.release().number()));
            }
            Operation operation = plan.operations().get(i);
            try {
                if (!serves) {
                    steering.check();
                    people.holdWhilePaused(operation);
                    if (people.leaveOut(plan, i)) {
                        continue;
                    }
                }
                operations.carryOut("operation-" + (i + 1), operation);
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
        operations.carryOut("again", operation);
    }

    /** Runs a hook that decides nothing any more. */
    public void runHook(Hook hook, HookScene scene) throws InterruptedException {
        operations.carryOut("hook-" + hook.name(), new Operation.RunHook(hook, scene, false));
    }

    /** Writes down what became of a release whose plan ended early. */
    public void mark(AppRef app, int number, ReleaseStatus status) {
        records.mark(app, number, status);
    }
}
