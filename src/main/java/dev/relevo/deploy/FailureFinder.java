package dev.relevo.deploy;

import dev.relevo.cluster.KubeObject;
import dev.relevo.report.Problem;
import java.util.Collection;
import java.util.Optional;

/** Says whether waiting for a Deployment is in vain, and why. */
@FunctionalInterface
public interface FailureFinder {
    /**
     * The root cause of a state that cannot heal by waiting; empty while there is hope.
     *
     * @param deployment the Deployment that is waited for
     * @param replicaSets those of its namespace that its selector finds
     * @param pods those that its selector finds, of every version
     */
    Optional<Problem> find(
            KubeObject deployment, Collection<KubeObject> replicaSets, Collection<KubeObject> pods);
}
