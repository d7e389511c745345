package dev.relevo.local.proxy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The backends by address: those in use, and those that are retired and still answer what they were asked. */
final class Backends {
    private final long idleNanos;
    private final Map<InetSocketAddress, Backend> inUse = new HashMap<>();
    private final List<Backend> draining = new ArrayList<>();

    Backends(Duration idleConnections) {
        this.idleNanos = idleConnections.toNanos();
    }

    /** The backend of an address, made when there is none. */
    synchronized Backend of(InetSocketAddress address) {
        return inUse.computeIfAbsent(address, each -> new Backend(each, idleNanos, this::drained));
    }

    /** Retires every backend whose address is not among these. */
    synchronized void retainOnly(Set<InetSocketAddress> addresses) {
        List<Backend> gone = inUse.values().stream()
                .filter(backend -> !addresses.contains(backend.address()))
                .toList();
        for (Backend backend : gone) {
            inUse.remove(backend.address());
            draining.add(backend);
            backend.retire();
        }
        drained();
    }

    private synchronized void drained() {
        draining.removeIf(backend -> backend.inFlight() == 0);
        notifyAll();
    }

    /**
     * Waits until no backend with this IP address is in use and nothing is in flight to a former one.
     *
     * @param shared whether other pods have the same IP address: then only former backends are waited for
     * @return whether that was so before the time was up
     */
    synchronized boolean awaitDrained(String ip, boolean shared, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while ((!shared && has(ip, inUse.values())) || has(ip, draining)) {
            long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }

    private static boolean has(String ip, Iterable<Backend> backends) {
        for (Backend backend : backends) {
            if (backend.address().getHostString().equals(ip)) {
                return true;
            }
        }
        return false;
    }
}
