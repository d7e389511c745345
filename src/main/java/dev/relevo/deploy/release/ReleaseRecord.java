package dev.relevo.deploy.release;

import dev.relevo.cluster.ObjectRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A release as the cluster remembers it.
 *
 * @param release the release
 * @param status what became of it
 * @param started whether its pods may have run: of a release that can be gone back from this means nothing
 * @param uids the objects that were written for it and their UIDs: the only ones that pruning may touch
 * @param hooks how the hooks ended that ran for it
 */
public record ReleaseRecord(
        Release release, ReleaseStatus status, boolean started, Map<ObjectRef, String> uids, List<HookOutcome> hooks) {
    public ReleaseRecord {
        uids = Map.copyOf(uids);
        hooks = List.copyOf(hooks);
    }

    /** One of which nobody wrote down whether its pods may have run. */
    public ReleaseRecord(Release release, ReleaseStatus status, Map<ObjectRef, String> uids) {
        this(release, status, false, uids, List.of());
    }

    public int number() {
        return release.number();
    }

    /** The last of the records, which are ordered by number, that this holds for. */
    public static Optional<ReleaseRecord> last(List<ReleaseRecord> records, Predicate<ReleaseRecord> wanted) {
        return records.stream().filter(wanted).reduce((earlier, later) -> later);
    }

    /** The last of the records with this status. */
    public static Optional<ReleaseRecord> last(List<ReleaseRecord> records, ReleaseStatus status) {
        return last(records, record -> record.status() == status);
    }

    public ReleaseRecord withUids(Map<ObjectRef, String> known) {
        return new ReleaseRecord(release, status, started, known, hooks);
    }
}
