package dev.relevo.local.api;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** The logs of containers, which the node has. */
@FunctionalInterface
public interface PodLogs {
    /**
     * Which part of a log is wanted.
     *
     * @param namespace of the pod
     * @param pod its name
     * @param container one that the pod has
     * @param follow whether to wait for more until the container ends
     * @param previous of the run before the last restart
     * @param timestamps whether each line starts with its time
     * @param tailLines only so many of the last lines
     * @param sinceSeconds only what was written in the last seconds
     * @param limitBytes at most so many bytes
     */
    record Query(
            String namespace,
            String pod,
            String container,
            boolean follow,
            boolean previous,
            boolean timestamps,
            Optional<Long> tailLines,
            Optional<Long> sinceSeconds,
            Optional<Long> limitBytes) {}

    /**
     * Writes the log and returns at its end; when it follows, it flushes after each line and ends with the container.
     *
     * @throws dev.relevo.local.store.ApiError when there is none, before anything is written
     * @throws IOException when the reader is gone
     */
    void write(Query query, OutputStream to) throws IOException;
}
