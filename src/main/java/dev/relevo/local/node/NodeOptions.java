package dev.relevo.local.node;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a node works.
 *
 * @param directory where it keeps images, pods and logs
 * @param backOff the first delay before a container that failed again is restarted; Kubernetes has 10 s
 * @param logBytes the size at which a log file is moved aside
 * @param stopWithin the longest time that pods have to end when the node is stopped
 */
public record NodeOptions(Path directory, Duration backOff, long logBytes, Duration stopWithin) {
    public NodeOptions {
        if (backOff.isNegative() || backOff.isZero()) {
            throw new IllegalArgumentException("The back-off [" + backOff + "] must be longer than 0");
        }
    }

    /** As Kubernetes has it. */
    public static NodeOptions in(Path directory) {
        return new NodeOptions(directory, Duration.ofSeconds(10), 10L << 20, Duration.ofSeconds(10));
    }
}
