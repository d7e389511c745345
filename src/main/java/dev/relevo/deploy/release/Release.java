package dev.relevo.deploy.release;

import dev.relevo.cluster.KubeObject;
import java.time.Instant;

/**
 * One release: its content under a number of its own.
 *
 * @param number counted from 1 within app and namespace
 * @param createdAt when it was begun
 * @param spec its content
 */
public record Release(int number, Instant createdAt, ReleaseSpec spec) {
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
