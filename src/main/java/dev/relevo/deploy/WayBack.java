package dev.relevo.deploy;

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
    /** The release that is meant. @throws RelevoException with {@link DeployError#NO_SUCH_RELEASE} when it is not there */
    ReleaseRecord target(AppRef app, List<ReleaseRecord> records) {
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
        ReleaseStatus last = records.isEmpty()
                ? ReleaseStatus.ROLLED_BACK
                : records.get(records.size() - 1).status();
        boolean left = last == ReleaseStatus.FAILED || last == ReleaseStatus.PENDING;
        ReleaseStatus wanted = left ? ReleaseStatus.DEPLOYED : ReleaseStatus.SUPERSEDED;
        return records.stream().filter(record -> record.status() == wanted).reduce((earlier, later) -> later);
    }
}
