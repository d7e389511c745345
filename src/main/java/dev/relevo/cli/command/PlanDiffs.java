package dev.relevo.cli.command;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.manifest.ManifestDiff;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a plan changes in each object. */
record PlanDiffs(List<ManifestDiff> diffs) {
    PlanDiffs {
        diffs = List.copyOf(diffs);
    }

    static PlanDiffs of(Cluster cluster, Plan plan) {
        List<ManifestDiff> diffs = new ArrayList<>();
        for (Operation operation : plan.operations()) {
            if (operation instanceof Operation.Apply apply) {
                Optional<KubeObject> live = cluster.get(apply.object().ref());
                diffs.add(diff(cluster, live, apply.object()));
            } else if (operation instanceof Operation.Delete delete) {
                cluster.get(delete.ref()).map(ManifestDiff::ofDelete).ifPresent(diffs::add);
            }
        }
        return new PlanDiffs(diffs);
    }

    private static ManifestDiff diff(Cluster cluster, Optional<KubeObject> live, KubeObject desired) {
        try {
            return ManifestDiff.ofDryRun(live, cluster.apply(desired, Cluster.ApplyOptions.DRY_RUN));
        } catch (ClusterRefusal refusal) {
            // A namespace that is yet to be created refuses dry runs, too; what is desired can still be shown.
            return ManifestDiff.ofDesired(live, desired);
        }
    }

    /**
     * For a person.
     *
     * @param whose put before each object; may be empty
     */
    List<String> lines(String whose) {
        List<String> lines = new ArrayList<>();
        for (ManifestDiff diff : diffs) {
            if (diff.change() != ManifestDiff.Change.NONE) {
                lines.add("");
                lines.add(whose + diff.change().name().toLowerCase(Locale.ROOT) + " " + diff.ref());
                diff.lines().forEach(line -> lines.add("  " + line));
            }
        }
        return lines;
    }

    /** For a program. */
    List<Map<String, Object>> documents() {
        List<Map<String, Object>> changes = new ArrayList<>();
        for (ManifestDiff diff : diffs) {
            Map<String, Object> change = new LinkedHashMap<>();
            change.put("object", diff.ref().toString());
            change.put("change", diff.change().name().toLowerCase(Locale.ROOT));
            change.put("diff", diff.lines());
            changes.add(change);
        }
        return changes;
    }
}
