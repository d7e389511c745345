package dev.relevo.deploy.strategy;

import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.report.Problem;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Which release is to come back.
 *
 * @param to its number; empty for the one that served before the present one
 * @param acrossIncompatible whether it may come back although an incompatible release came after it
 */
public record WayBack(OptionalInt to, boolean acrossIncompatible) {
    /**
     * The release that is meant.
     *
     * @throws RelevoException with {@link DeployError#NO_SUCH_RELEASE} when it is not there
     */
    public ReleaseRecord target(AppRef app, List<ReleaseRecord> records) {
        Optional<ReleaseRecord> found = to.isPresent()
                ? records.stream()
                        .filter(record -> record.number() == to.getAsInt())
                        .findFirst()
                : before(records);
        return found.orElseThrow(() -> Problem.of(
                        DeployError.NO_SUCH_RELEASE,
                        to.isPresent()
                                ? "There is no release " + to.getAsInt() + " of " + app
                                : "There is no earlier release of " + app + " to go back to")
                .detail("Known: "
                        + records.stream()
                                .map(record ->
                                        record.number() + " (" + record.status().word() + ")")
                                .collect(Collectors.joining(", ")))
                .remedy("Choose one of `relevo history`")
                .asException());
    }

    /** Behind a release that failed and was left as it is, that is the one that is recorded as serving. */
    private static Optional<ReleaseRecord> before(List<ReleaseRecord> records) {
        Optional<ReleaseRecord> serving = ReleaseRecord.last(records, ReleaseStatus.DEPLOYED);
        ReleaseStatus end = records.isEmpty()
                ? ReleaseStatus.ROLLED_BACK
                : records.get(records.size() - 1).status();
        if (end == ReleaseStatus.FAILED || end == ReleaseStatus.PENDING) {
            return serving;
        }
        int number = serving.map(ReleaseRecord::number).orElse(Integer.MAX_VALUE);
        // A deploy that died at its very end has left the release before it as deployed too.
        return ReleaseRecord.last(
                records,
                record -> record.number() < number
                        && (record.status() == ReleaseStatus.SUPERSEDED || record.status() == ReleaseStatus.DEPLOYED));
    }
}
