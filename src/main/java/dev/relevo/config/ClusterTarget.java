package dev.relevo.config;

import java.util.Optional;

/** Which cluster an environment means. */
public sealed interface ClusterTarget {
    /** The local environment, started when it does not run. */
    record Local() implements ClusterTarget {}

    /**
     * A cluster that a kubeconfig or the pod's own service account leads to.
     *
     * @param kubeconfig the file; empty for the usual order: KUBECONFIG, ~/.kube/config, the pod's service account
     * @param context the context in it; empty for its current one
     */
    record Remote(Optional<String> kubeconfig, Optional<String> context) implements ClusterTarget {}
}
