package dev.relevo.deploy.strategy;

import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Observed.Traffic;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Operation.AwaitEndpoints;
import dev.relevo.deploy.plan.Operation.Replicas;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Workload;
import java.util.Optional;

/** What every strategy does first about an interrupted hand-over that still has traffic on its candidate. */
final class Leftovers {
    private Leftovers() {}

    /**
     * Takes the hand-over back where the app's own Deployment can carry the traffic. Where it cannot, the candidate does,
     * and so the own Deployment is the idle side: it is rolled to the release, checked, and given the traffic in one
     * switch, which is the whole deploy.
     *
     * @return the whole plan in that case; empty when the strategy can go on from a stable state
     */
    static Optional<Plan> settle(PlanBuilder plan, Observed observed, Release release) {
        if (plan.stable()) {
            return Optional.empty();
        }
        Withdrawal withdrawal = new Withdrawal(observed);
        if (withdrawal.possible() && !restoresAcross(observed, release)) {
            withdrawal.addTo(plan.note("An interrupted hand-over is taken back first"));
            return Optional.empty();
        }
        return Optional.of(throughIdleWorkload(plan, observed, release));
    }

    /**
     * A release that served comes back while a candidate has all of the traffic and the idle Deployment runs neither: going
     * through the Deployment as it is would show users a third version.
     */
    private static boolean restoresAcross(Observed observed, Release release) {
        boolean restores = observed.records().stream()
                .anyMatch(record -> record.number() == release.number() && record.status() == ReleaseStatus.DEPLOYED);
        boolean candidateServes =
                observed.candidate().filter(live -> live.available() > 0).isPresent();
        return restores
                && candidateServes
                && observed.traffic() == Traffic.CANDIDATE
                && !observed.workload().orElseThrow().runs(release.spec());
    }

    private static Plan throughIdleWorkload(PlanBuilder plan, Observed observed, Release release) {
        plan.open().foundations().workload(true);
        Optional<KubeObject> main = plan.mainService();
        if (observed.traffic() == Traffic.CANDIDATE && main.isPresent()) {
            // The candidate's own Service has no traffic, so it can show the idle workload before users see it.
            var pods = release.spec().workloadManifest().strings("/spec/selector/matchLabels");
            Candidate preview = new Candidate(release);
            plan.add(new Operation.Apply(preview.service(main.get(), pods), Replicas.AS_WRITTEN));
            plan.add(new AwaitEndpoints(
                    preview.serviceRef(), pods, release.spec().template()));
            plan.smoke(preview.serviceRef());
        }
        plan.stage(Stage.HAND_OVER);
        if (observed.joins(observed.candidate()) || observed.joins(observed.baseline())) {
            // Its pods stand behind the app's Services beside the workload's, so they go before those are all there is.
            plan.dropCandidate();
        }
        int carried = observed.candidate().map(Workload::desired).orElse(0);
        return plan.capacity(carried)
                .followers()
                .switchToWorkload()
                .dropCandidate()
                .close()
                .plan("An interrupted deploy left the traffic on its candidate and the app's own Deployment idle, so"
                        + " that is rolled to the release and takes over in one switch");
    }
}
