package dev.relevo.deploy.release;

import dev.relevo.cluster.KubeObject;
import java.time.Instant;
import java.util.Optional;

/**
 * One release: its content under a number of its own.
 *
 * @param number counted from 1 within app and namespace
 * @param createdAt when it was begun
 * @param spec its content
 * @param group the group and its run in which it was begun, e.g. {@code checkout-20260102T030405Z}; empty for one on its own
 */
public record Release(int number, Instant createdAt, ReleaseSpec spec, Optional<String> group) {
    /** One on its own. */
    public Release(int number, Instant createdAt, ReleaseSpec spec) {
        this(number, createdAt, spec, Optional.empty());
    }

    public Release {
        if (number < 1) {
            throw new IllegalArgumentException("Releases are counted from 1, not " + number);
        }
    }

    /** The object as it is written to the cluster for this release. */
    public KubeObject marked(KubeObject object) {
        return Marks.on(object, spec, number);
    }
}
