package dev.relevo.deploy;

import dev.relevo.cluster.KubeObject;
import dev.relevo.report.Problem;
import java.util.Collection;
import java.util.Optional;

/** Says why a Deployment does not come up, and whether waiting for it is in vain. */
@FunctionalInterface
public interface FailureFinder {
    /**
     * What keeps the Deployment from being complete; empty when nothing is known to.
     *
     * @param deployment the Deployment that is waited for
     * @param replicaSets those that its selector finds
     * @param pods those that its selector finds, of every version
     */
    Optional<Suspicion> find(KubeObject deployment, Collection<KubeObject> replicaSets, Collection<KubeObject> pods);

    /**
     * A cause.
     *
     * @param cause the root cause, for the user
     * @param fatal whether waiting cannot heal it
     */
    record Suspicion(Problem cause, boolean fatal) {}
}
