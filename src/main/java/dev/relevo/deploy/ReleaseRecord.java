package dev.relevo.deploy;

import dev.relevo.cluster.ObjectRef;
import java.util.Map;

/**
 * A release as the cluster remembers it.
 *
 * @param release the release
 * @param status what became of it
 * @param uids the objects that were written for it and their UIDs: the only ones that pruning may touch
 */
public record ReleaseRecord(Release release, ReleaseStatus status, Map<ObjectRef, String> uids) {
    public ReleaseRecord {
        uids = Map.copyOf(uids);
    }

    public int number() {
        return release.number();
    }

    ReleaseRecord withUids(Map<ObjectRef, String> known) {
        return new ReleaseRecord(release, status, known);
    }
}
