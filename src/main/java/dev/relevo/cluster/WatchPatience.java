package dev.relevo.cluster;

import java.time.Duration;

/**
 * How long a watch waits for its stream.
 *
 * @param opening how long the first answer may take before the collection is listed: an API server answers a watch at once; what
 *     stands between may hold the answer back until there is a change
 * @param idle how long the stream may be silent before the collection is listed
 */
record WatchPatience(Duration opening, Duration idle) {
    static final WatchPatience STANDARD = new WatchPatience(Duration.ofSeconds(2), Duration.ofSeconds(12));

    /** How long the first answer is waited for. */
    Duration first() {
        return opening.compareTo(idle) < 0 ? opening : idle;
    }
}
