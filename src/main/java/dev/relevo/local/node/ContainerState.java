package dev.relevo.local.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What one container is at a moment.
 *
 * @param started whether it runs and its startup probe, if it has one, has succeeded
 * @param ready whether it runs and takes requests
 * @param exitCode how it ended if it does not run; empty if it never ran
 * @param willRun whether it does not run and is to, at first or again
 * @param status the status that tells all that
 */
record ContainerState(
        String name,
        boolean running,
        boolean started,
        boolean ready,
        Optional<Integer> exitCode,
        boolean willRun,
        ObjectNode status) {
    boolean succeeded() {
        return exitCode.equals(Optional.of(0));
    }
}
