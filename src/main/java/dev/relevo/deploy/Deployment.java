package dev.relevo.deploy;

import dev.relevo.cluster.ClusterError;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.config.DeployConfig.OnInterrupt;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.execute.Executor;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.FrozenPlan;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.HookScene;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.plan.Sighting;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.strategy.Planner;
import dev.relevo.deploy.strategy.SchemaBarrier;
import dev.relevo.deploy.strategy.Strategy;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One deploy under the lock: observes, plans, carries out, and on failure brings the previous release back. */
public final class Deployment {
    /** Jenkins and Kubernetes kill a process that does not end soon after it was asked to. */
    private static final Duration SETTLE_WHEN_STOPPED = Duration.ofMillis(500);

    private final Observer observer;
    private final Executor.Tools tools;
    private final DeployOptions options;
    private final Executor executor;
    private final Executor back;

    Deployment(Observer observer, Executor.Tools tools, DeployOptions options) {
        this.observer = observer;
        this.tools = tools;
        this.options = options;
        this.executor = new Executor(tools);
        this.back = executor.unsteered();
    }

    DeployOutcome deploy(ReleaseSpec spec, Optional<FrozenPlan> agreed) {
        Observed observed = observer.observe(spec);
        Optional<FrozenPlan.Sight> seen = agreed.map(then -> new Sighting(tools.cluster(), observed, spec).sight());
        seen.ifPresent(now -> agreed.orElseThrow().requireCluster(now));
        Plan plan =
                Planner.plan(observed, spec, options.settings(), tools.pace().now());
        seen.ifPresent(now -> agreed.orElseThrow().requireSame(FrozenPlan.of(plan, now, options)));
        if (options.settings().auto().isPresent()) {
            tools.events().emit(new Event.Info(plan.strategy().written() + ": " + plan.why()));
        }
        plan.notes().forEach(note -> tools.events().emit(new Event.Info(note)));
        Optional<ReleaseRecord> previous = observed.deployed()
                .filter(record -> record.number() != plan.release().number());
        try {
            executor.saw(observed, observer.heads());
            int changes = executor.run(plan);
            return new DeployOutcome(
                    plan.release(),
                    changes == 0,
                    executor.complete(plan.release().spec().workload()),
                    executor.hooks(plan.release().number()));
        } catch (InterruptedException e) {
            throw stopped(plan, previous);
        } catch (RelevoException e) {
            if (e.problem().code() == ClusterError.INTERRUPTED) {
                throw stopped(plan, previous);
            }
            boolean remade = observed.deployed().isPresent() && previous.isEmpty();
            RelevoException told = failed(plan, remade, previous, e);
            tell(plan, told);
            throw told;
        }
    }

    /**
     * Takes back what a deploy has left that is not alive any more.
     *
     * @return the release that was taken back, which is not known of a candidate without a record; empty when there was nothing
     */
    Optional<AbortOutcome> withdraw(AppRef app) {
        List<ReleaseRecord> records = observer.records(app);
        Optional<ReleaseRecord> pending = ReleaseRecord.last(records, ReleaseStatus.PENDING);
        Optional<ReleaseRecord> serving = ReleaseRecord.last(records, ReleaseStatus.DEPLOYED);
        if (serving.isEmpty()) {
            pending.ifPresent(record -> back.mark(app, record.number(), ReleaseStatus.FAILED));
            if (pending.isPresent()) {
                throw Problem.of(
                                DeployError.NOT_ROLLED_BACK,
                                "Release " + pending.get().number() + " of " + app
                                        + " was given up, and there is no earlier one")
                        .detail("What was written stays for you to look at")
                        .remedy("Run `relevo deploy`: it goes on from what the cluster holds")
                        .asException();
            }
            return Optional.empty();
        }
        Observed observed = observer.observe(serving.get().release().spec());
        if (pending.isEmpty()
                && observed.candidate().isEmpty()
                && observed.candidateService().isEmpty()
                && observed.traffic() == Observed.Traffic.STABLE) {
            return Optional.empty();
        }
        Optional<String> kept = SchemaBarrier.keeps(records, serving.get().number());
        if (kept.isPresent()) {
            throw Problem.of(DeployError.INCOMPATIBLE, kept.get())
                    .detail("Nothing was changed by this")
                    .remedy(
                            "Run `relevo deploy`, which goes on from what the cluster holds, or deploy a corrected version;"
                                    + " if the data is as release "
                                    + serving.get().number()
                                    + " needs it, run `relevo rollback --across-incompatible`")
                    .asException();
        }
        StrategyName strategy = pending.map(record -> record.release().spec().strategy())
                .orElse(
                        observed.traffic() == Observed.Traffic.CANDIDATE
                                ? StrategyName.BLUE_GREEN
                                : StrategyName.CANARY);
        try {
            back.run(Strategy.restore(observed, serving.get().release(), strategy, options.settings()));
        } catch (InterruptedException e) {
            throw Problem.of(DeployError.INTERRUPTED, "The abort was stopped before its end, which is safe")
                    .remedy("Run `relevo abort` again: it goes on from what the cluster holds")
                    .asException(e);
        }
        return Optional.of(new AbortOutcome(
                pending.map(record -> OptionalInt.of(record.number())).orElse(OptionalInt.empty()),
                OptionalInt.of(serving.get().number()),
                AbortOutcome.Hand.THE_ASKER));
    }

    /** Runs the hooks that are there for failures; none of them hides why the deploy failed. */
    private void tell(Plan plan, RelevoException failure) {
        if (failure.problem().code() == DeployError.LOCK_LOST) {
            return;
        }
        for (Hook hook : options.settings().hooks().onFailure()) {
            try {
                back.runHook(hook, HookScene.of(plan.release()));
            } catch (RelevoException | ClusterRefusal e) {
                tools.events().emit(new Event.Warning("Hook [" + hook.name() + "] could not be run: " + reason(e), ""));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** @param remade whether the release was deployed before, and is only made sure of */
    private RelevoException failed(Plan plan, boolean remade, Optional<ReleaseRecord> previous, RelevoException cause) {
        Problem root = cause.problem();
        if (root.code() == DeployError.LOCK_LOST || root.code() == DeployError.HOOK_REFUSED) {
            return cause;
        }
        Optional<RelevoException> lost = lost();
        if (lost.isPresent()) {
            // Whatever was seen was another deployer's work.
            lost.get().addSuppressed(cause);
            return lost.get();
        }
        int number = plan.release().number();
        if (remade) {
            return told(
                            root,
                            DeployError.NOT_ROLLED_BACK,
                            "Release " + number + " is the one that was deployed already; it could not be made sure of")
                    .asException(cause);
        }
        if (previous.isEmpty()) {
            mark(plan, ReleaseStatus.FAILED);
            return told(
                            root,
                            DeployError.NOT_ROLLED_BACK,
                            "There is no earlier release to go back to; what was written" + " stays for you to look at")
                    .asException(cause);
        }
        if (!options.rollback() && root.code() != DeployError.ABORTED) {
            mark(plan, ReleaseStatus.FAILED);
            return told(
                            root,
                            DeployError.NOT_ROLLED_BACK,
                            "Release " + number + " was not rolled back: deploy.rollback is off")
                    .asException(cause);
        }
        try {
            Optional<String> kept = kept(plan, previous.get());
            if (kept.isPresent()) {
                mark(plan, ReleaseStatus.FAILED);
                return told(root, DeployError.NOT_ROLLED_BACK, kept.get())
                        .detail("Everything was left as it is, which is safe: " + state(plan))
                        .detail("Deploy a corrected version; or, when the data is as release "
                                + previous.get().number() + " needs it, `relevo rollback --across-incompatible`")
                        .asException(cause);
            }
            tools.events()
                    .emit(new Event.Warning(
                            "Release " + number + " failed: " + root.summary(),
                            "Release " + previous.get().number() + " is brought back"));
            restore(plan, previous.get(), options.settings());
            return told(
                            root,
                            DeployError.ROLLED_BACK,
                            "Release " + number + " was rolled back; release "
                                    + previous.get().number() + " serves")
                    .asException(cause);
        } catch (InterruptedException e) {
            return told(root, DeployError.NOT_ROLLED_BACK, "The rollback was stopped from outside")
                    .asException(cause);
        } catch (RelevoException | ClusterRefusal e) {
            e.addSuppressed(cause);
            mark(plan, ReleaseStatus.FAILED);
            return told(
                            root,
                            DeployError.NOT_ROLLED_BACK,
                            "Release " + previous.get().number() + " could not be brought back: " + reason(e))
                    .asException(e);
        }
    }

    private Optional<String> kept(Plan plan, ReleaseRecord previous) {
        return SchemaBarrier.keeps(observer.records(plan.release().spec().ref()), previous.number());
    }

    private Optional<RelevoException> lost() {
        tools.fence().keep();
        if (tools.fence().lost()) {
            try {
                tools.fence().check();
            } catch (RelevoException lost) {
                return Optional.of(lost);
            }
        }
        return Optional.empty();
    }

    private static String reason(RuntimeException e) {
        return e instanceof RelevoException told ? told.problem().summary() : String.valueOf(e.getMessage());
    }

    private void restore(Plan failed, ReleaseRecord previous, Settings settings) throws InterruptedException {
        Observed now = observer.observe(previous.release().spec());
        back.saw(now, observer.heads());
        Plan way = Strategy.restore(
                now, previous.release(), failed.release().spec().strategy(), settings);
        back.run(way);
    }

    /** Whoever stops a deploy wants it to end soon: the candidate goes if that is quick, else all stays as it is. */
    private RelevoException stopped(Plan plan, Optional<ReleaseRecord> previous) {
        // The stop is being obeyed; what is done about it must not be stopped by it.
        Thread.interrupted();
        Problem root = Problem.of(
                DeployError.INTERRUPTED,
                "The deploy of release " + plan.release().number() + " was stopped from outside");
        try {
            boolean quick = previous.isPresent()
                    && options.onInterrupt() != OnInterrupt.LEAVE
                    && options.rollback()
                    && kept(plan, previous.get()).isEmpty()
                    && observer.observe(previous.get().release().spec())
                            .workload()
                            .filter(live -> live.complete()
                                    && live.runs(previous.get().release().spec()))
                            .isPresent();
            if (quick) {
                restore(plan, previous.get(), quickly(options.settings()));
                return told(
                                root,
                                DeployError.ROLLED_BACK,
                                "The candidate was withdrawn; release "
                                        + previous.get().number() + " serves")
                        .asException();
            }
        } catch (InterruptedException | RelevoException | ClusterRefusal e) {
            tools.events().emit(new Event.Warning("Withdrawing did not come to its end", ""));
        }
        return told(root, DeployError.INTERRUPTED, "Everything was left as it is, which is safe: " + state(plan))
                .remedy("Run `relevo deploy` or `relevo rollback`: both go on from what the cluster holds")
                .asException();
    }

    private static Settings quickly(Settings settings) {
        Duration settle =
                settings.settle().compareTo(SETTLE_WHEN_STOPPED) < 0 ? settings.settle() : SETTLE_WHEN_STOPPED;
        return settings.withSettle(settle);
    }

    private String state(Plan plan) {
        try {
            Observed now = observer.observe(plan.release().spec());
            String pods = now.workload()
                    .map(live -> live.available() + " of " + live.desired() + " pods of "
                            + live.object().ref() + " are available")
                    .orElse(plan.release().spec().workload() + " is not there");
            return switch (now.traffic()) {
                case STABLE -> pods + " and have all the traffic";
                case SHARED -> pods + " and share the traffic with the candidate";
                case CANDIDATE -> "the candidate has all the traffic; " + pods;
            };
        } catch (RelevoException | ClusterRefusal e) {
            return "the cluster could not be asked any more";
        }
    }

    private void mark(Plan plan, ReleaseStatus status) {
        try {
            back.mark(plan.release().spec().ref(), plan.release().number(), status);
        } catch (RelevoException | ClusterRefusal e) {
            // The next deploy records it; the root cause is what matters now.
            tools.events().emit(new Event.Warning("The failure could not be recorded", ""));
        }
    }

    /** The root cause first, then what became of it. */
    private static Problem told(Problem root, DeployError code, String consequence) {
        Problem told = Problem.of(code, root.summary())
                .detail(consequence)
                .details(root.details())
                .detail("Cause: " + root.code().id());
        return root.remedy().map(told::remedy).orElse(told);
    }
}
