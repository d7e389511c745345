package dev.relevo.deploy.strategy;

import dev.relevo.config.DeployConfig.SchemaChange;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.util.List;
import java.util.Optional;

/**
 * What releases declare of the data, and what that forbids. Once an incompatible release may have run, the releases before it
 * cannot work with the data any more, so nothing but a person leads back behind it.
 *
 * @param records the releases of an app, the oldest first
 */
public record SchemaBarrier(List<ReleaseRecord> records) {
    public SchemaBarrier {
        records = List.copyOf(records);
    }

    /** The last incompatible release behind this number that may have run. */
    public Optional<ReleaseRecord> after(int number) {
        return ReleaseRecord.last(
                records,
                record -> record.number() > number && record.release().spec().incompatible() && mayHaveRun(record));
    }

    private static boolean mayHaveRun(ReleaseRecord record) {
        return switch (record.status()) {
            case DEPLOYED, SUPERSEDED -> true;
            case PENDING, FAILED, ROLLED_BACK -> record.started();
        };
    }

    /**
     * The release may be handed over to in the way that it asks for.
     *
     * @throws RelevoException with {@link DeployError#INCOMPATIBLE} when that would let it run beside an earlier version, or
     *     put an earlier version on data that it cannot work with
     */
    static void requirePassable(Observed observed, ReleaseSpec spec) {
        if (spec.incompatible()) {
            requireApart(observed, spec);
        } else {
            new SchemaBarrier(observed.records()).requireNoReturn(spec);
        }
    }

    private static void requireApart(Observed observed, ReleaseSpec spec) {
        if (spec.strategy() != StrategyName.BIG_BANG && !alone(observed, spec)) {
            throw Problem.of(
                            DeployError.INCOMPATIBLE,
                            "The release is declared incompatible with the one before it, and with "
                                    + spec.strategy().written() + " both would run at the same time")
                    .remedy(
                            "Deploy it with --strategy big-bang, which has downtime; or split the change into releases that"
                                    + " can each work with the data of the one before, and leave deploy.schema out")
                    .asException();
        }
    }

    /** Whether nothing runs but this very release. */
    private static boolean alone(Observed observed, ReleaseSpec spec) {
        boolean own = observed.workload()
                .map(live -> !live.object().deleting() && live.runs(spec) && live.updated() == live.pods())
                // Pods may outlive their Deployment for a while.
                .orElse(observed.records().isEmpty());
        boolean candidate = observed.candidate().map(live -> live.runs(spec)).orElse(true);
        return own && candidate;
    }

    private void requireNoReturn(ReleaseSpec spec) {
        Optional<ReleaseRecord> same =
                ReleaseRecord.last(records, record -> record.release().spec().sameContent(spec));
        Optional<ReleaseRecord> barrier = same.flatMap(earlier -> after(earlier.number()));
        if (barrier.isPresent()) {
            throw refused(
                    "This is release " + same.orElseThrow().number() + " again",
                    barrier.get(),
                    same.orElseThrow().number());
        }
    }

    /**
     * The content of an earlier release as it comes back: in the way that is asked for, or, across an incompatible release, by
     * replacing, and declared incompatible itself.
     *
     * @param across whether somebody has said that going back across an incompatible release is meant
     * @throws RelevoException with {@link DeployError#INCOMPATIBLE} when one is in between and nobody has
     */
    public ReleaseSpec comingBack(ReleaseRecord earlier, StrategyName strategy, boolean across) {
        ReleaseSpec spec = earlier.release().spec();
        Optional<ReleaseRecord> barrier = after(earlier.number());
        if (barrier.isEmpty()) {
            return spec.withStrategy(strategy)
                    .withSchema(SchemaChange.COMPATIBLE)
                    .broughtBack();
        }
        if (!across) {
            throw refusal(earlier.number());
        }
        return spec.withStrategy(StrategyName.BIG_BANG)
                .withSchema(SchemaChange.INCOMPATIBLE)
                .broughtBack();
    }

    /** Why nothing leads back to this release. */
    public RelevoException refusal(int number) {
        return refused("Going back to release " + number, after(number).orElseThrow(), number);
    }

    private static RelevoException refused(String what, ReleaseRecord barrier, int number) {
        return Problem.of(
                        DeployError.INCOMPATIBLE,
                        what + ", and release " + barrier.number()
                                + ", which came after it, is declared incompatible with what was before: it may have changed"
                                + " the data")
                .remedy("Deploy a corrected version. If the data is as release " + number
                        + " needs it, restored from a backup for example: `relevo rollback --to " + number
                        + " --across-incompatible`, which goes by big-bang")
                .asException();
    }

    /** Why a failed release is not taken back by itself; empty when nothing is in the way. */
    public static Optional<String> keeps(List<ReleaseRecord> records, int previous) {
        return new SchemaBarrier(records)
                .after(previous)
                .map(barrier ->
                        "Release " + barrier.number() + " is declared incompatible with the one before it and may have"
                                + " changed the data, so release " + previous + " was not brought back");
    }
}
