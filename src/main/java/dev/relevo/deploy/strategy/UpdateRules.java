package dev.relevo.deploy.strategy;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Problem;

/** What a StatefulSet or a DaemonSet cannot do, said before anything is touched. */
final class UpdateRules {
    private UpdateRules() {}

    /** @throws dev.relevo.report.RelevoException with {@link DeployError#UNSAFE_CHANGE} */
    static void require(ReleaseSpec spec) {
        if (spec.workload().kind().equals(Kind.DEPLOYMENT)) {
            return;
        }
        StrategyName strategy = spec.strategy();
        if (strategy == StrategyName.CANARY || strategy == StrategyName.BLUE_GREEN) {
            throw unsafe(
                            spec,
                            "cannot be handed over by " + strategy.written() + ": "
                                    + why(spec.workload().kind()))
                    .remedy("Use --strategy rolling or big-bang, or set deploy.strategy")
                    .asException();
        }
        KubeObject manifest = spec.workloadManifest();
        if (onDelete(manifest)) {
            throw unsafe(
                            spec,
                            "has the update strategy OnDelete: its pods stay as they are until somebody deletes them")
                    .remedy("Set spec.updateStrategy.type to RollingUpdate")
                    .asException();
        }
        int partition = partition(manifest);
        if (partition > 0) {
            throw unsafe(
                            spec,
                            "has the partition " + partition
                                    + ": pods with a lower number would stay at the old version")
                    .remedy("Remove spec.updateStrategy.rollingUpdate.partition")
                    .asException();
        }
    }

    /** Whether every pod of a workload comes to its present template by itself. */
    static boolean rolls(KubeObject workload) {
        return !onDelete(workload) && partition(workload) == 0;
    }

    private static boolean onDelete(KubeObject workload) {
        return workload.at("/spec/updateStrategy/type").asText().equals("OnDelete");
    }

    private static int partition(KubeObject workload) {
        return workload.at("/spec/updateStrategy/rollingUpdate/partition").asInt(0);
    }

    private static String why(Kind kind) {
        return kind.equals(Kind.STATEFUL_SET)
                ? "its pods have names and storage of their own, which a second one beside it would not have"
                : "it has one pod on each node, so there is no room for a second one beside it";
    }

    private static Problem unsafe(ReleaseSpec spec, String fact) {
        return Problem.of(DeployError.UNSAFE_CHANGE, spec.workload() + " " + fact);
    }
}
