package dev.relevo.local.node;

import java.time.Duration;

/** Waits until a pod that ends gets no more requests, before it is told to end. */
@FunctionalInterface
public interface PodDrain {
    /** Nothing to wait for. */
    PodDrain NONE = (podIp, atMost) -> {};

    /** Returns when nothing is sent to the address any more and what was sent is answered, or when time is up. */
    void await(String podIp, Duration atMost) throws InterruptedException;
}
