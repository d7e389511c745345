package dev.relevo.cluster;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Knows how far this connection has seen, so that a list from a server or cache that lags behind is told from the present. One
 * resourceVersion counts all objects of a cluster, and later ones are greater (KEP-5504); only events are often kept apart. Where
 * a cluster keeps other kinds apart too, lists seem old for ever; then nothing is concluded any more.
 */
final class Freshness {
    private final AtomicLong newest = new AtomicLong();
    private final AtomicBoolean unknowable = new AtomicBoolean();

    /** An answer about an object, or a collection, of this kind said so. */
    void saw(Kind kind, String resourceVersion) {
        if (!kind.sameGroupAndName(Kind.EVENT)) {
            newest.accumulateAndGet(number(resourceVersion), Math::max);
        }
    }

    /** Whether a list of this version is older than something that was seen before. */
    boolean old(Kind kind, String resourceVersion) {
        long version = number(resourceVersion);
        return !unknowable.get() && !kind.sameGroupAndName(Kind.EVENT) && version > 0 && version < newest.get();
    }

    /** Versions of different kinds cannot be compared here. */
    void giveUp() {
        unknowable.set(true);
    }

    /** A version as a number; 0 for one that is none. */
    static long number(String resourceVersion) {
        try {
            return Long.parseLong(resourceVersion);
        } catch (NumberFormatException opaque) {
            return 0;
        }
    }
}
