package dev.relevo.deploy;

import dev.relevo.deploy.Observed.Traffic;
import java.time.Instant;

/** Chooses what is to be planned: a new release, or the present one over again when nothing would be new. */
final class Planner {
    private Planner() {}

    static Plan plan(Observed observed, ReleaseSpec spec, Settings settings, Instant now) {
        if (serves(observed, spec)) {
            Release present = observed.deployed().orElseThrow().release();
            return Rolling.inPlace(
                    noted(new PlanBuilder(observed, present, settings), present, spec),
                    "This is the release that serves already; it is only made sure of");
        }
        SchemaBarrier.requirePassable(observed, spec);
        Release release = new Release(observed.nextNumber(), now, spec);
        return Strategy.of(spec.strategy()).plan(observed, release, settings);
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
                && observed.workload()
                        .filter(live -> !live.object().deleting() && live.runs(spec))
                        .isPresent();
    }
}
