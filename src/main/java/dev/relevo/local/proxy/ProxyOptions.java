package dev.relevo.local.proxy;

import dev.relevo.local.network.AddressBlock;
import java.time.Duration;

/**
 * How the proxy works.
 *
 * @param ioThreads the threads that carry all traffic
 * @param waitForEndpoint how long a request waits for a ready endpoint before it is answered with 503
 * @param idleConnections how long an unused connection to an endpoint is used again; must be below the time after which
 *     servers close such connections (5 s in Node.js, more elsewhere), for only then no request meets a closing one
 * @param gatewayAddresses the loopback addresses that Gateways get
 */
public record ProxyOptions(
        int ioThreads, Duration waitForEndpoint, Duration idleConnections, AddressBlock gatewayAddresses) {
    public ProxyOptions {
        if (ioThreads < 1) {
            throw new IllegalArgumentException("The proxy needs 1 thread or more, not [" + ioThreads + "]");
        }
        if (waitForEndpoint.isNegative() || idleConnections.isNegative()) {
            throw new IllegalArgumentException(
                    "The times of the proxy must not be negative: [" + waitForEndpoint + "] [" + idleConnections + "]");
        }
    }

    /** Two threads, one second for an endpoint to become ready, three seconds of idleness. */
    public static ProxyOptions standard(AddressBlock gatewayAddresses) {
        return new ProxyOptions(2, Duration.ofSeconds(1), Duration.ofSeconds(3), gatewayAddresses);
    }
}
