package dev.relevo.deploy;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.execute.Executor;
import dev.relevo.deploy.execute.Tools;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.strategy.SchemaBarrier;
import dev.relevo.deploy.strategy.Strategy;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Takes back, under the lock, what a deploy has left that is not alive any more. */
final class Withdrawal {
    private final Observer observer;
    private final Executor executor;
    private final Settings settings;

    /** @param tools carry it out; nobody steers it */
    Withdrawal(Observer observer, Tools tools, Settings settings) {
        this.observer = observer;
        this.executor = new Executor(tools).unsteered();
        this.settings = settings;
    }

    /**
     * Brings the release that served before back, whole.
     *
     * @return the release that was taken back, which is not known of a candidate without a record; empty when there was nothing
     */
    Optional<AbortOutcome> of(AppRef app) {
        List<ReleaseRecord> records = observer.records(app);
        Optional<ReleaseRecord> pending = ReleaseRecord.last(records, ReleaseStatus.PENDING);
        Optional<ReleaseRecord> serving = ReleaseRecord.last(records, ReleaseStatus.DEPLOYED);
        if (serving.isEmpty()) {
            pending.ifPresent(this::giveUp);
            return Optional.empty();
        }
        Release last = serving.get().release();
        Observed observed = observer.observe(last.spec());
        if (pending.isEmpty() && nothingLeft(observed)) {
            return Optional.empty();
        }
        SchemaBarrier.keeps(records, last.number()).ifPresent(why -> {
            throw kept(why, last);
        });
        StrategyName strategy = pending.map(record -> record.release().spec().strategy())
                .orElse(
                        observed.traffic() == Observed.Traffic.CANDIDATE
                                ? StrategyName.BLUE_GREEN
                                : StrategyName.CANARY);
        try {
            executor.run(Strategy.restore(observed, last, strategy, settings));
        } catch (InterruptedException e) {
            throw Problem.of(DeployError.INTERRUPTED, "The abort was stopped before its end, which is safe")
                    .remedy("Run `relevo abort` again: it goes on from what the cluster holds")
                    .asException(e);
        }
        return Optional.of(new AbortOutcome(
                pending.map(record -> OptionalInt.of(record.number())).orElse(OptionalInt.empty()),
                OptionalInt.of(last.number()),
                AbortOutcome.Hand.THE_ASKER));
    }

    private void giveUp(ReleaseRecord pending) {
        AppRef app = pending.release().spec().ref();
        executor.mark(app, pending.number(), ReleaseStatus.FAILED);
        throw Problem.of(
                        DeployError.NOT_ROLLED_BACK,
                        "Release " + pending.number() + " of " + app + " was given up, and there is no earlier one")
                .detail("What was written stays for you to look at")
                .remedy("Run `relevo deploy`: it goes on from what the cluster holds")
                .asException();
    }

    private static boolean nothingLeft(Observed observed) {
        return observed.candidate().isEmpty()
                && observed.baseline().isEmpty()
                && observed.candidateService().isEmpty()
                && observed.previews().isEmpty()
                && observed.traffic() == Observed.Traffic.STABLE;
    }

    private static RelevoException kept(String why, Release last) {
        return Problem.of(DeployError.INCOMPATIBLE, why)
                .detail("Nothing was changed by this")
                .remedy("Run `relevo deploy`, which goes on from what the cluster holds, or deploy a corrected version;"
                        + " if the data is as release " + last.number()
                        + " needs it, run `relevo rollback --across-incompatible`")
                .asException();
    }
}
