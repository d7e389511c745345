package dev.relevo.deploy;

import dev.relevo.cluster.ClusterError;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.config.DeployConfig.OnInterrupt;
import dev.relevo.deploy.execute.Executor;
import dev.relevo.deploy.execute.Tools;
import dev.relevo.deploy.lock.Steering;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.FrozenPlan;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.HookScene;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.plan.Sighting;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Release;
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

/** One deploy under the lock: observes, plans, carries out, and on failure brings the previous release back. */
final class Deployment {
    /** Jenkins and Kubernetes kill a process that does not end soon after it was asked to. */
    private static final Duration SETTLE_WHEN_STOPPED = Duration.ofMillis(500);

    private final Observer observer;
    private final Tools tools;
    private final DeployOptions options;
    private final Executor executor;
    private final Executor back;

    Deployment(Observer observer, Tools tools, DeployOptions options) {
        this.observer = observer;
        this.tools = tools;
        this.options = options;
        this.executor = new Executor(tools);
        this.back = executor.unsteered();
    }

    /** Who is listened to. */
    Steering steering() {
        return tools.steering();
    }

    DeployOptions options() {
        return options;
    }

    Settings settings() {
        return options.settings();
    }

    /** The same that listens to somebody else. */
    Deployment steeredBy(Steering other) {
        return new Deployment(observer, tools.steeredBy(other), options);
    }

    /**
     * A deploy that is decided on.
     *
     * @param previous the release that serves before it, and comes back when it fails
     * @param remade whether the release was deployed before, and is only made sure of
     */
    record Attempt(Plan plan, Optional<ReleaseRecord> previous, boolean remade) {
        int number() {
            return plan.release().number();
        }
    }

    DeployOutcome deploy(ReleaseSpec spec, Optional<FrozenPlan> agreed) {
        Attempt attempt = attempt(spec, agreed, Optional.empty());
        try {
            return outcome(attempt, executor.run(attempt.plan()));
        } catch (InterruptedException e) {
            throw stopped(attempt);
        } catch (RelevoException e) {
            if (e.problem().code() == ClusterError.INTERRUPTED) {
                throw stopped(attempt);
            }
            RelevoException told = failed(attempt, e);
            tell(attempt.plan(), told);
            throw told;
        }
    }

    /**
     * Decides; nothing is changed yet.
     *
     * @param group the group's run that it belongs to
     */
    Attempt attempt(ReleaseSpec spec, Optional<FrozenPlan> agreed, Optional<String> group) {
        Observed observed = observer.observe(spec, options.settings());
        Optional<FrozenPlan.Sight> seen = agreed.map(then -> new Sighting(tools.cluster(), observed, spec).sight());
        seen.ifPresent(now -> agreed.orElseThrow().requireCluster(now));
        Plan plan =
                Planner.plan(observed, spec, options.settings(), tools.pace().now(), group);
        seen.ifPresent(now -> agreed.orElseThrow().requireSame(FrozenPlan.of(plan, now, options)));
        if (options.settings().auto().isPresent()) {
            tools.events().emit(new Event.Info(plan.strategy().written() + ": " + plan.why()));
        }
        found(observed);
        plan.notes().forEach(note -> tools.events().emit(new Event.Info(note)));
        tools.events()
                .emit(new Event.ReleasePlanned(
                        plan.release().number(),
                        spec.app(),
                        spec.namespace(),
                        plan.strategy().written(),
                        spec.image(),
                        spec.committedAt()));
        Optional<ReleaseRecord> previous = observed.deployed()
                .filter(record -> record.number() != plan.release().number());
        executor.saw(observed, observer.heads(), spec);
        return new Attempt(plan, previous, observed.deployed().isPresent() && previous.isEmpty());
    }

    /** Who has the traffic before anything is changed, as far as that can be told. */
    private void found(Observed observed) {
        if (observed.workload().isPresent() && observed.traffic() != Observed.Traffic.SHARED) {
            double candidate = observed.traffic() == Observed.Traffic.CANDIDATE ? 100 : 0;
            tools.events().emit(new Event.TrafficShifted("observe", "as it was found", candidate));
        }
    }

    /**
     * Carries out one stage.
     *
     * @return how many writes changed something
     */
    int run(Plan plan, Stage stage) throws InterruptedException {
        return executor.run(plan, stage);
    }

    /** Makes sure that what was carried out still holds. */
    void again(Operation operation) throws InterruptedException {
        executor.again(operation);
    }

    /**
     * What came of it.
     *
     * @param changes how many writes changed something
     */
    DeployOutcome outcome(Attempt attempt, int changes) {
        return new DeployOutcome(
                attempt.plan().release(),
                changes == 0,
                executor.complete(attempt.plan().release().spec().workload()),
                executor.hooks(attempt.number()));
    }

    /** Runs the hooks that are there for failures; none of them hides why the deploy failed. */
    void tell(Plan plan, RelevoException failure) {
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

    private RelevoException failed(Attempt attempt, RelevoException cause) {
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
        try {
            Optional<Kept> kept = kept(attempt, root);
            if (kept.isPresent()) {
                return told(root, DeployError.NOT_ROLLED_BACK, kept.get().why())
                        .details(kept.get().more())
                        .asException(cause);
            }
            ReleaseRecord previous = attempt.previous().orElseThrow();
            tools.events()
                    .emit(new Event.Warning(
                            "Release " + attempt.number() + " failed: " + root.summary(),
                            "Release " + previous.number() + " is brought back"));
            back.run(wayBack(attempt, options.settings()));
            return told(root, DeployError.ROLLED_BACK, rolledBack(attempt)).asException(cause);
        } catch (InterruptedException e) {
            return told(root, DeployError.NOT_ROLLED_BACK, "The rollback was stopped from outside")
                    .asException(cause);
        } catch (RelevoException | ClusterRefusal e) {
            e.addSuppressed(cause);
            mark(attempt.plan(), ReleaseStatus.FAILED);
            return told(root, DeployError.NOT_ROLLED_BACK, notBroughtBack(attempt, e))
                    .asException(e);
        }
    }

    /** For people, once the previous release serves again. */
    static String rolledBack(Attempt attempt) {
        return "Release " + attempt.number() + " was rolled back; release "
                + attempt.previous().orElseThrow().number() + " serves";
    }

    /** For people, when bringing the previous release back has failed. */
    static String notBroughtBack(Attempt attempt, RuntimeException why) {
        return "Release " + attempt.previous().orElseThrow().number() + " could not be brought back: " + reason(why);
    }

    /**
     * Why a release that failed stays as it is.
     *
     * @param more for who reads on
     */
    record Kept(String why, List<String> more) {}

    /** Why the release stays as it is, which is written down then; empty when the previous one is to come back. */
    Optional<Kept> kept(Attempt attempt, Problem root) {
        int number = attempt.number();
        if (attempt.remade()) {
            return Optional.of(new Kept(
                    "Release " + number + " is the one that was deployed already; it could not be made sure of",
                    List.of()));
        }
        if (attempt.previous().isEmpty()) {
            mark(attempt.plan(), ReleaseStatus.FAILED);
            return Optional.of(new Kept(
                    "There is no earlier release to go back to; what was written stays for you to look at", List.of()));
        }
        if (!options.rollback() && root.code() != DeployError.ABORTED) {
            mark(attempt.plan(), ReleaseStatus.FAILED);
            return Optional.of(
                    new Kept("Release " + number + " was not rolled back: deploy.rollback is off", List.of()));
        }
        ReleaseRecord previous = attempt.previous().get();
        Optional<String> barrier = barrier(attempt.plan(), previous);
        barrier.ifPresent(why -> mark(attempt.plan(), ReleaseStatus.FAILED));
        return barrier.map(why -> new Kept(
                why,
                List.of(
                        "Everything was left as it is, which is safe: " + state(attempt.plan()),
                        "Deploy a corrected version; or, when the data is as release " + previous.number()
                                + " needs it, `relevo rollback --across-incompatible`")));
    }

    private Optional<String> barrier(Plan plan, ReleaseRecord previous) {
        return SchemaBarrier.keeps(observer.records(plan.release().spec().ref()), previous.number());
    }

    /** Whether somebody else has taken the lock. */
    Optional<RelevoException> lost() {
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

    static String reason(RuntimeException e) {
        return e instanceof RelevoException told ? told.problem().summary() : String.valueOf(e.getMessage());
    }

    /** The plan that brings the previous release back. */
    Plan wayBack(Attempt failed, Settings settings) {
        ReleaseRecord previous = failed.previous().orElseThrow();
        Observed now = observer.observe(previous.release().spec());
        back.saw(now, observer.heads(), previous.release().spec());
        return Strategy.restore(
                now, previous.release(), failed.plan().release().spec().strategy(), settings);
    }

    /** Carries out one stage of the way back, which nobody stops. */
    void back(Plan way, Stage stage) throws InterruptedException {
        int unused = back.run(way, stage);
    }

    /** Whoever stops a deploy wants it to end soon: the candidate goes if that is quick, else all stays as it is. */
    private RelevoException stopped(Attempt attempt) {
        // The stop is being obeyed; what is done about it must not be stopped by it.
        Thread.interrupted();
        Problem root = stop(attempt);
        try {
            if (quickToWithdraw(attempt)) {
                back.run(wayBack(attempt, quickly()));
                return told(root, DeployError.ROLLED_BACK, withdrawn(attempt)).asException();
            }
        } catch (InterruptedException | RelevoException | ClusterRefusal e) {
            tools.events().emit(new Event.Warning("Withdrawing did not come to its end", ""));
        }
        return told(
                        root,
                        DeployError.INTERRUPTED,
                        "Everything was left as it is, which is safe: " + state(attempt.plan()))
                .remedy("Run `relevo deploy` or `relevo rollback`: both go on from what the cluster holds")
                .asException();
    }

    private static Problem stop(Attempt attempt) {
        return Problem.of(
                DeployError.INTERRUPTED, "The deploy of release " + attempt.number() + " was stopped from outside");
    }

    /** For people, once the candidate is gone. */
    static String withdrawn(Attempt attempt) {
        return "The candidate was withdrawn; release "
                + attempt.previous().orElseThrow().number() + " serves";
    }

    /** Whether the version before is whole, so that nothing but the candidate need go, and that is wanted. */
    boolean quickToWithdraw(Attempt attempt) {
        Optional<Release> previous = attempt.previous().map(ReleaseRecord::release);
        return previous.isPresent()
                && options.onInterrupt() != OnInterrupt.LEAVE
                && options.rollback()
                && barrier(attempt.plan(), attempt.previous().get()).isEmpty()
                && observer.observe(previous.get().spec())
                        .workload()
                        .filter(live ->
                                live.complete() && live.runs(previous.get().spec()))
                        .isPresent();
    }

    /** How plans are made when there is little time. */
    Settings quickly() {
        return quickly(options.settings());
    }

    private static Settings quickly(Settings settings) {
        Duration settle =
                settings.settle().compareTo(SETTLE_WHEN_STOPPED) < 0 ? settings.settle() : SETTLE_WHEN_STOPPED;
        return settings.withSettle(settle);
    }

    /** How things stand, for people. */
    String state(Plan plan) {
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

    /** Writes down what became of the release, if that is possible. */
    void mark(Plan plan, ReleaseStatus status) {
        try {
            back.mark(plan.release().spec().ref(), plan.release().number(), status);
        } catch (RelevoException | ClusterRefusal e) {
            // The next deploy records it; the root cause is what matters now.
            tools.events().emit(new Event.Warning("The failure could not be recorded", ""));
        }
    }

    /** The root cause first, then what became of it. */
    static Problem told(Problem root, DeployError code, String consequence) {
        Problem told = Problem.of(code, root.summary())
                .detail(consequence)
                .details(root.details())
                .detail("Cause: " + root.code().id());
        return root.remedy().map(told::remedy).orElse(told);
    }
}
