package dev.relevo.local.node;

import dev.relevo.local.network.AddressBlock;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a node works.
 *
 * @param directory where it keeps images, pods and logs
 * @param backOff the first delay before a container that failed again is restarted; Kubernetes has 10 s
 * @param logBytes the size at which a log file is moved aside
 * @param stopWithin the longest time that pods have to end when the node is stopped
 * @param podAddresses the loopback addresses that pods get
 */
public record NodeOptions(
        Path directory, Duration backOff, long logBytes, Duration stopWithin, AddressBlock podAddresses) {
    public NodeOptions {
        if (backOff.isNegative() || backOff.isZero()) {
            throw new IllegalArgumentException("The back-off [" + backOff + "] must be longer than 0");
        }
    }

    /** As Kubernetes has it, with pods on these addresses. */
    public static NodeOptions in(Path directory, AddressBlock podAddresses) {
        return new NodeOptions(directory, Duration.ofSeconds(10), 10L << 20, Duration.ofSeconds(10), podAddresses);
    }

    /** The same with another first delay. */
    public NodeOptions withBackOff(Duration delay) {
        return new NodeOptions(directory, delay, logBytes, stopWithin, podAddresses);
    }
}
