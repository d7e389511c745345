package dev.relevo.cluster;

import java.util.List;

/** Where a diagnosis gets the last words of a container from. */
@FunctionalInterface
public interface LogTail {
    /**
     * The last lines of a container's log, oldest first; empty when there are none.
     *
     * @param previous of the container instance before the last restart
     */
    List<String> lastLines(KubeObject pod, String container, boolean previous);

    /** No logs at all. */
    static LogTail none() {
        return (pod, container, previous) -> List.of();
    }

    /** The last lines as the cluster has them; a log that cannot be read is an empty one, as it is only evidence. */
    static LogTail of(Cluster cluster, int lines) {
        return (pod, container, previous) -> {
            try {
                return cluster.logs(pod.ref(), container, previous, lines);
            } catch (ClusterRefusal | dev.relevo.report.RelevoException e) {
                return List.of();
            }
        };
    }
}
