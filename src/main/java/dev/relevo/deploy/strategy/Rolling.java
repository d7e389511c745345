package dev.relevo.deploy.strategy;

import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.deploy.release.Release;
import java.util.Optional;

/** The Deployment's own rolling update, as its manifest sets it: for changes whose versions may serve side by side. */
public record Rolling() implements Strategy {
    @Override
    public Plan plan(Observed observed, Release release, Settings settings) {
        PlanBuilder plan = new PlanBuilder(observed, release, settings);
        Optional<Plan> whole = Leftovers.settle(plan, observed, release);
        return whole.orElseGet(() -> inPlace(plan, why(observed, release)));
    }

    /** Rolls the app's own Deployment; the traffic is on it already. */
    static Plan inPlace(PlanBuilder plan, String why) {
        return plan.open()
                .dropCandidate()
                .foundations()
                .servicesBefore()
                .workload(false)
                .servicesAfter()
                .followers()
                .endpoints()
                .smokeThroughService()
                .close()
                .plan(why);
    }

    /** Where nothing serves yet. The routes come last, so that nobody is led to pods that were not verified. */
    static Plan first(PlanBuilder plan, String why) {
        return plan.open()
                .dropCandidate()
                .foundations()
                .servicesBefore()
                .workload(false)
                .servicesAfter()
                .endpoints()
                .smokeThroughService()
                .stage(Stage.HAND_OVER)
                .followers()
                .close()
                .plan(why);
    }

    private static String why(Observed observed, Release release) {
        if (observed.workload().isEmpty()) {
            return "Nothing of " + release.spec().app() + " runs here yet, so there is nothing to hand over from";
        }
        return "Both versions may serve for a while, so the Deployment's own rolling update hands over";
    }
}
