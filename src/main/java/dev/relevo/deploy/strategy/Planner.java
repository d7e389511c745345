package dev.relevo.deploy.strategy;

import dev.relevo.deploy.plan.AutoStrategy;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Observed.Traffic;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseSpec;
import java.time.Instant;
import java.util.Optional;

/** Chooses what is to be planned: a new release, or the present one over again when nothing would be new. */
public final class Planner {
    private Planner() {}

    public static Plan plan(Observed observed, ReleaseSpec spec, Settings settings, Instant now) {
        return plan(observed, spec, settings, now, Optional.empty());
    }

    /**
     * The same.
     *
     * @param group the group's run that the release belongs to
     */
    public static Plan plan(
            Observed observed, ReleaseSpec spec, Settings settings, Instant now, Optional<String> group) {
        if (serves(observed, spec)) {
            Release present = observed.deployed().orElseThrow().release();
            return Rolling.inPlace(
                    noted(new PlanBuilder(observed, present, settings), present, spec),
                    "This is the release that serves already; it is only made sure of");
        }
        Optional<AutoStrategy.Choice> choice = settings.auto().map(auto -> auto.choose(observed, spec, settings));
        ReleaseSpec wanted =
                choice.map(chosen -> spec.withStrategy(chosen.strategy())).orElse(spec);
        SchemaBarrier.requirePassable(observed, wanted);
        UpdateRules.require(wanted);
        Release release = new Release(observed.nextNumber(), now, wanted, group);
        Plan plan = settings.hooks().around(Strategy.of(wanted.strategy()).plan(observed, release, settings));
        return choice.map(chosen -> plan.because("Chosen by auto, because " + chosen.reason()))
                .orElse(plan);
    }

    private static PlanBuilder noted(PlanBuilder plan, Release present, ReleaseSpec spec) {
        return present.spec().schema() == spec.schema()
                ? plan
                : plan.note("Release " + present.number() + " was recorded as "
                        + present.spec().schema().written() + "; what a release has declared never changes");
    }

    private static boolean serves(Observed observed, ReleaseSpec spec) {
        return observed.deployed()
                        .filter(record -> record.release().spec().sameContent(spec))
                        .isPresent()
                && observed.traffic() == Traffic.STABLE
                && observed.candidate().isEmpty()
                && observed.baseline().isEmpty()
                && observed.workload()
                        .filter(live -> !live.object().deleting() && live.runs(spec))
                        .isPresent();
    }
}
