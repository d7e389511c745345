package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.deploy.execute.Errands;
import dev.relevo.deploy.execute.FailureFinder;
import dev.relevo.deploy.execute.SharedWatches;
import dev.relevo.deploy.execute.Tools;
import dev.relevo.deploy.lock.Fence;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.lock.Steering;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.report.EventSink;
import dev.relevo.verify.Reach;

/**
 * Who deploys, and by which means.
 *
 * @param failures what ends a wait early
 * @param holder who it is, for others who wait
 * @param errands who does what hooks want done where the deploy runs
 */
record Deployer(
        Cluster cluster,
        EventSink events,
        Pace pace,
        Reach reach,
        FailureFinder failures,
        String holder,
        Errands errands) {
    Deployer with(Errands other) {
        return new Deployer(cluster, events, pace, reach, failures, holder, other);
    }

    /**
     * What carries its plans out.
     *
     * @param through its connection to the cluster for this deploy
     */
    Tools tools(SharedWatches through, Fence fence, Steering steering, DeployOptions options) {
        return new Tools(through, fence, steering, pace, events, reach, failures, errands, options.timeout());
    }
}
