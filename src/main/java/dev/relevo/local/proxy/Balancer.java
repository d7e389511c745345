package dev.relevo.local.proxy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Chooses the backend with the least requests in flight; among equals, one after the other. */
final class Balancer {
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Chooses a backend and counts the request in; the caller releases it.
     *
     * @param tried backends that failed this request already
     */
    Optional<Backend> acquire(List<Backend> backends, Set<Backend> tried) {
        int size = backends.size();
        int first = size == 0 ? 0 : Math.floorMod(turn.getAndIncrement(), size);
        Backend best = null;
        for (int i = 0; i < size; i++) {
            Backend candidate = backends.get((first + i) % size);
            if (!tried.contains(candidate) && (best == null || candidate.inFlight() < best.inFlight())) {
                best = candidate;
            }
        }
        return best != null && best.acquire() ? Optional.of(best) : Optional.empty();
    }
}
