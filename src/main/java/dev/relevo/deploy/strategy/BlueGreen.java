package dev.relevo.deploy.strategy;

import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Observed.Traffic;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.Workload;
import dev.relevo.deploy.strategy.Candidate.Exposure;
import dev.relevo.report.Problem;
import java.util.Optional;

/**
 * A full-size candidate beside the stable version, checked through a Service of its own; one switch of the app's Services;
 * the stable version kept warm for a while; then the app's own Deployment is rolled to the new version while the candidate
 * carries the traffic, and takes it back. At no moment do two versions serve together.
 */
public record BlueGreen() implements Strategy {
    @Override
    public Plan plan(Observed observed, Release release, Settings settings) {
        PlanBuilder plan = new PlanBuilder(observed, release, settings);
        boolean resume = resumable(observed, release);
        if (!resume) {
            Optional<Plan> whole = Leftovers.settle(plan, observed, release);
            if (whole.isPresent()) {
                return whole.get();
            }
        }
        if (plan.live().isEmpty() && !resume) {
            return Rolling.first(plan, "Nothing serves yet, so there is nothing to switch from");
        }
        if (!resume && plan.live().filter(live -> live.runs(release.spec())).isPresent()) {
            return Rolling.inPlace(plan, "The app's own Deployment is at this release already; the rest follows");
        }
        requireService(plan, release);
        return handOver(plan, observed, release, settings, resume);
    }

    private static Plan handOver(
            PlanBuilder plan, Observed observed, Release release, Settings settings, boolean resume) {
        Candidate candidate = new Candidate(release);
        int size = size(observed, release, resume);
        plan.open().foundations().candidate(candidate, size, Exposure.PRIVATE).smoke(candidate.serviceRef());
        if (!resume) {
            plan.smokeByPreview(candidate);
        }
        return plan.stage(Stage.HAND_OVER)
                .keepUp(candidate)
                .switchToCandidate(candidate)
                .stage(Stage.BAKE)
                .observe(candidate, Optional.empty(), settings.bake(), "the old version stays warm")
                .stage(Stage.SETTLE)
                .workload(true)
                .capacity(size)
                .followers()
                .switchToWorkload()
                .dropCandidate()
                .close()
                .plan(
                        resume
                                ? "An interrupted deploy of this release left its candidate serving: it goes on from there"
                                : "The versions must not serve together, so a candidate takes over in one switch");
    }

    /** The same release was interrupted after its candidate had begun to take over. */
    private static boolean resumable(Observed observed, Release release) {
        return observed.services().values().stream().anyMatch(Observed::onCandidate)
                && observed.traffic() != Traffic.STABLE
                && observed.candidateRuns(release.spec())
                && observed.candidate().orElseThrow().available() > 0;
    }

    /** As many pods as serve now, not as few as the manifests begin with. */
    private static int size(Observed observed, Release release, boolean resume) {
        int stable = observed.workload().map(Workload::desired).orElse(0);
        int carried = resume ? observed.candidate().map(Workload::desired).orElse(0) : 0;
        int written = release.spec().workloadManifest().at("/spec/replicas").asInt(1);
        return Math.max(1, Math.max(carried, stable > 0 ? stable : written));
    }

    private static void requireService(PlanBuilder plan, Release release) {
        if (plan.mainService().isEmpty()) {
            throw Problem.of(
                            DeployError.UNSAFE_CHANGE,
                            "No Service of the release leads to the pods of "
                                    + release.spec().workload() + ", so blue-green has nothing to switch")
                    .remedy("Add a Service whose selector matches the pods' labels, or use --strategy rolling")
                    .asException();
        }
    }
}
