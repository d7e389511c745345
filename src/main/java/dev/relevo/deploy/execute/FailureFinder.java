package dev.relevo.deploy.execute;

import dev.relevo.cluster.KubeObject;
import dev.relevo.report.Problem;
import java.util.Collection;
import java.util.Optional;

/** Says why a workload does not come up, and whether waiting for it is in vain. */
@FunctionalInterface
public interface FailureFinder {
    /**
     * What keeps the workload from being complete; empty when nothing is known to.
     *
     * @param workload the Deployment, StatefulSet or DaemonSet that is waited for
     * @param replicaSets those that its selector finds; none for other kinds than Deployments
     * @param pods those that its selector finds, of every version
     */
    Optional<Suspicion> find(KubeObject workload, Collection<KubeObject> replicaSets, Collection<KubeObject> pods);

    /**
     * A cause.
     *
     * @param cause the root cause, for the user
     * @param fatal whether waiting cannot heal it
     */
    record Suspicion(Problem cause, boolean fatal) {}
}
