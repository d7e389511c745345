package dev.relevo.deploy.strategy;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is left to do once a release serves: objects that no release needs any more go, and the history is brought up to
 * date and kept within its bound. Only UIDs that a record names are ever deleted.
 */
record Housekeeping(Observed observed, Release release, Settings settings) {
    /** Deleting one of these loses data or other people's objects; a person does that. */
    private static final Set<String> NEVER =
            Set.of("Namespace", "PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition");

    /** Deletes what earlier releases brought and neither this one nor a remembered one needs. */
    List<Operation> prune() {
        List<Operation> deletes = new ArrayList<>();
        if (!settings.prune()) {
            return deletes;
        }
        Set<String> needed = new HashSet<>();
        release.spec().manifests().forEach(object -> needed.add(identity(object.ref())));
        List<ReleaseRecord> remembered = remembered();
        remembered.stream()
                .filter(Housekeeping::good)
                .forEach(record -> record.release().spec().manifests().stream()
                        .filter(Housekeeping::frozen)
                        .forEach(object -> needed.add(identity(object.ref()))));
        Set<Integer> stays = numbers(remembered);
        int since = observed.deployed().map(ReleaseRecord::number).orElse(0);
        // In one order, whoever plans: a plan that was frozen by another process is compared with this one.
        Map<String, Operation.Delete> owned = new TreeMap<>();
        for (ReleaseRecord record : observed.records()) {
            if (record.number() >= since || !stays.contains(record.number())) {
                record.uids()
                        .forEach((ref, uid) -> owned.put(
                                identity(ref), new Operation.Delete(ref, uid, "no release needs it any more")));
            }
        }
        owned.forEach((identity, delete) -> {
            if (!needed.contains(identity)
                    && !NEVER.contains(delete.ref().kind().name())) {
                deletes.add(delete);
            }
        });
        return deletes;
    }

    /** The same for the same object, in whatever version of its API it is written. */
    private static String identity(ObjectRef ref) {
        return ref.kind() + " " + ref.namespace() + "/" + ref.name();
    }

    /** Records this release as the one that serves, and what became of the others. */
    List<Operation> record() {
        List<Operation> operations = new ArrayList<>();
        AppRef app = release.spec().ref();
        operations.add(new Operation.RecordRelease(release, ReleaseStatus.DEPLOYED));
        Set<Integer> stays = numbers(remembered());
        for (ReleaseRecord record : observed.records()) {
            if (record.number() == release.number()) {
                continue;
            }
            if (!stays.contains(record.number())) {
                operations.add(new Operation.ForgetRelease(app, record.number()));
            } else {
                ended(record)
                        .ifPresent(status -> operations.add(new Operation.MarkRelease(app, record.number(), status)));
            }
        }
        return operations;
    }

    /** What became of a release that another one takes over from. An earlier one that comes back says: rolled back. */
    private Optional<ReleaseStatus> ended(ReleaseRecord record) {
        return switch (record.status()) {
            case DEPLOYED -> Optional.of(ReleaseStatus.SUPERSEDED);
            case PENDING ->
                Optional.of(record.number() > release.number() ? ReleaseStatus.ROLLED_BACK : ReleaseStatus.FAILED);
            case SUPERSEDED, FAILED, ROLLED_BACK -> Optional.empty();
        };
    }

    /** The records that stay: the last ones that served, and the failures since, each at most as many as configured. */
    private List<ReleaseRecord> remembered() {
        List<ReleaseRecord> others = observed.records().stream()
                .filter(record -> record.number() != release.number())
                .toList();
        List<ReleaseRecord> served =
                last(others.stream().filter(Housekeeping::good).toList(), settings.history() - 1);
        int oldest = served.isEmpty() ? release.number() : served.get(0).number();
        List<ReleaseRecord> failed = others.stream()
                .filter(record -> !good(record) && (record.number() > oldest || served.isEmpty()))
                .toList();
        List<ReleaseRecord> all = new ArrayList<>(served);
        all.addAll(last(failed, settings.history()));
        // That it may have changed the data must be known as long as there is a release before it.
        failed.stream()
                .filter(ReleaseRecord::started)
                .reduce((earlier, later) -> later)
                .filter(record -> !numbers(all).contains(record.number()))
                .ifPresent(all::add);
        return all;
    }

    private static Set<Integer> numbers(List<ReleaseRecord> records) {
        return records.stream().map(ReleaseRecord::number).collect(Collectors.toSet());
    }

    private static List<ReleaseRecord> last(List<ReleaseRecord> records, int count) {
        return records.subList(Math.max(0, records.size() - Math.max(0, count)), records.size());
    }

    private static boolean good(ReleaseRecord record) {
        return record.status() == ReleaseStatus.DEPLOYED || record.status() == ReleaseStatus.SUPERSEDED;
    }

    /** Immutable configuration: named by its content, and needed as it is by the release that it was made for. */
    private static boolean frozen(KubeObject object) {
        return (object.kind().equals(Kind.CONFIG_MAP) || object.kind().equals(Kind.SECRET))
                && object.at("/immutable").asBoolean(false);
    }
}
