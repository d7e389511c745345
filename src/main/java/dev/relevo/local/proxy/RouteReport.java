package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.local.store.ObjectKey;
import java.util.List;

/**
 * What became of an HTTPRoute.
 *
 * @param parents for each of its parents
 */
record RouteReport(ObjectKey route, long generation, List<Parent> parents) {
    /** The reason of a condition, which holds when it is the given one. */
    record Outcome(String reason, String message) {}

    /**
     * What became of it at one parent.
     *
     * @param reference the route's own {@code parentRef}
     * @param accepted {@code Accepted}, or why not
     * @param resolved {@code ResolvedRefs}, or why not
     */
    record Parent(JsonNode reference, Outcome accepted, Outcome resolved) {}
}
