package dev.relevo.deploy.execute;

import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.OperationDigest;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.Optional;

/** Carries one operation out, and tells how it went. */
final class OperationRunner {
    private final EventSink events;
    private final Pace pace;
    private final Writer writer;
    private final HookRuns hooks;
    private final ReleaseRecords records;
    private final Readiness readiness;
    private final ManualGates people;
    private final Waiter waiter;
    private final SmokeGate smoke;
    private final PreviewGate preview;
    private final ErrorRateGate errors;
    private final Scaling scaling;
    private final Applier applier;
    private final Removal removal;
    private final TrafficShift traffic;

    OperationRunner(
            Tools tools,
            Writer writer,
            ReleaseEvents releaseEvents,
            HookRuns hooks,
            ReleaseRecords records,
            Readiness readiness,
            ManualGates people) {
        this.events = tools.events();
        this.pace = tools.pace();
        this.writer = writer;
        this.hooks = hooks;
        this.records = records;
        this.readiness = readiness;
        this.people = people;
        this.waiter = tools.waiter();
        this.smoke = new SmokeGate(tools, writer);
        this.preview = new PreviewGate(tools);
        this.errors = new ErrorRateGate(tools);
        this.scaling = new Scaling(tools.cluster(), writer);
        this.applier = new Applier(tools, writer, scaling, records);
        this.removal = new Removal(tools, writer, scaling, releaseEvents);
        this.traffic = new TrafficShift(writer, scaling, records, tools.events());
    }

    /**
     * Carries it out.
     *
     * @param id of the task as which it is told
     * @throws RelevoException with the root cause when it fails
     */
    void carryOut(String id, Operation operation) throws InterruptedException {
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
        OperationDigest.written(operation).ifPresent(readiness::beforeWriting);
        // A sealed hierarchy: every kind of operation has its line here.
        if (operation instanceof Operation.Apply apply) {
            applier.apply(id, apply);
        } else if (operation instanceof Operation.Delete delete) {
            removal.delete(delete);
        } else if (operation instanceof Operation.DropCandidate drop) {
            removal.drop(id, drop);
        } else if (operation instanceof Operation.ScaleTo scale) {
            scaling.scale(scale.ref(), scale.replicas(), scale.onlyUp());
        } else if (operation instanceof Operation.ScaleLike scale) {
            scaling.scaleLike(scale);
        } else if (operation instanceof Operation.ReplaceStuckPods replace) {
            return readiness.unblock(id, replace.ref());
        } else if (operation instanceof Operation.AwaitRollout await) {
            return readiness.rollout(id, await);
        } else if (operation instanceof Operation.AwaitEndpoints await) {
            return readiness.endpoints(id, await);
        } else if (operation instanceof Operation.AwaitGone await) {
            return removal.gone(id, await);
        } else if (operation instanceof Operation.Smoke ask) {
            return smoke.smoke(id, ask);
        } else if (operation instanceof Operation.SmokeThrough ask) {
            return preview.smoke(id, ask);
        } else if (operation instanceof Operation.Knock knock) {
            return smoke.knock(id, knock);
        } else if (operation instanceof Operation.MetricsGate gate) {
            return errors.judge(id, gate);
        } else if (operation instanceof Operation.Pause pause) {
            waiter.pause(pause.duration());
        } else if (operation instanceof Operation.Observe observe) {
            return people.observe(observe);
        } else if (operation instanceof Operation.AwaitPromotion await) {
            return people.promotion(await);
        } else if (operation instanceof Operation.ShiftTraffic shift) {
            return traffic.shift(id, shift);
        } else if (operation instanceof Operation.RunHook run) {
            return hook(id, run);
        } else if (operation instanceof Operation.RecordRelease record) {
            records.record(record);
        } else if (operation instanceof Operation.MarkRelease mark) {
            records.mark(mark.of(), mark.number(), mark.status());
        } else if (operation instanceof Operation.RecordStart start) {
            records.start(start.of(), start.number());
        } else if (operation instanceof Operation.ForgetRelease forget) {
            records.forget(forget.of(), forget.number());
        }
        return "";
    }

    private String hook(String id, Operation.RunHook run) throws InterruptedException {
        try {
            return hooks.run(id, run.hook(), run.scene(), run.decides());
        } finally {
            records.noteHooks(run.scene().ref(), run.scene().release());
        }
    }
}
