package dev.relevo.deploy.plan;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.Workload;
import dev.relevo.traffic.ReplicaRatio;
import java.util.Optional;

/**
 * Chooses the strategy where {@code deploy.strategy} is {@code auto}: the most careful one that the app and its environment
 * make use of, from what is configured and what the cluster holds. A pure function, which says why.
 *
 * @param local whether the environment is the one on this machine
 * @param untried whether the release may be one that never served; an earlier one that comes back has shown itself
 */
public record AutoStrategy(boolean local, boolean untried) {
    /**
     * What is chosen.
     *
     * @param strategy the strategy
     * @param reason why, as the end of a sentence
     */
    public record Choice(StrategyName strategy, String reason) {}

    /** The same for a release that served before. */
    AutoStrategy forComingBack() {
        return new AutoStrategy(local, false);
    }

    public Choice choose(Observed observed, ReleaseSpec spec, Settings settings) {
        boolean first = observed.workload().isEmpty()
                && observed.candidate().isEmpty()
                && observed.records().isEmpty();
        if (spec.incompatible() && !first) {
            return new Choice(
                    StrategyName.BIG_BANG,
                    "the release is declared incompatible with the one before it, so they must"
                            + " never run at the same time");
        }
        Optional<Workload> live =
                observed.workload().filter(now -> !now.object().deleting() && now.desired() > 0);
        if (live.isEmpty() && observed.candidate().isEmpty()) {
            return new Choice(StrategyName.ROLLING, "nothing serves yet, so there is nothing to hand over from");
        }
        if (!spec.workload().kind().equals(Kind.DEPLOYMENT)) {
            return new Choice(
                    StrategyName.ROLLING, "a " + spec.workload().kind().name() + " is only ever rolled in its place");
        }
        if (spec.services().isEmpty()) {
            return new Choice(
                    StrategyName.ROLLING, "no Service leads to its pods, so there is no traffic to switch or share");
        }
        if (local) {
            return new Choice(
                    StrategyName.BIG_BANG, "it is the environment on this machine, where nobody else is served");
        }
        if (observed.traffic() == Observed.Traffic.CANDIDATE || live.isEmpty()) {
            return new Choice(StrategyName.BLUE_GREEN, "an interrupted deploy has left the traffic on its candidate");
        }
        if (!live.get().sameSelector(spec.workloadManifest())) {
            return new Choice(
                    StrategyName.BLUE_GREEN,
                    "the selector of " + spec.workload() + " changes, which only a second"
                            + " Deployment can do without downtime");
        }
        return byWhatJudges(observed, spec, settings, live.get().desired());
    }

    private Choice byWhatJudges(Observed observed, ReleaseSpec spec, Settings settings, int replicas) {
        boolean asked = !settings.verify().http().isEmpty();
        boolean counted = settings.verify().metrics().isPresent();
        Optional<KubeObject> route = observed.sharing(spec.services().get(0).name(), settings.route()).stream()
                .findFirst();
        if (untried && (asked || counted) && route.isPresent()) {
            return new Choice(
                    StrategyName.CANARY,
                    route.get().kind().name() + "/" + route.get().name()
                            + " can give a candidate an exact share, and verify has what judges it");
        }
        if (untried && counted && sharesByPods(spec, settings, replicas)) {
            return new Choice(
                    StrategyName.CANARY,
                    "of " + replicas + " pods a candidate can have the shares that are asked for, and"
                            + " verify.metrics judges it");
        }
        if (untried && asked) {
            return new Choice(StrategyName.BLUE_GREEN, "verify.http can judge a candidate before it gets any traffic");
        }
        return new Choice(
                StrategyName.ROLLING,
                untried
                        ? "verify has nothing that would judge a candidate"
                        : "the release served before, so there is nothing to try out");
    }

    private static boolean sharesByPods(ReleaseSpec spec, Settings settings, int replicas) {
        ReplicaRatio ratio = new ReplicaRatio(
                Marks.candidateDeployment(spec.app(), spec.namespace()), replicas, settings.baseline());
        return settings.steps().stream()
                .allMatch(step -> ratio.share(step.weight()).asAsked());
    }
}
