package dev.relevo.cli.command;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.FrozenPlan;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.PlanFile;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.manifest.ManifestDiff;
import dev.relevo.pipeline.ReleaseAssembly;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a deploy would do. */
@Command(
        name = "plan",
        description = "Prints the operations of a deploy and what changes in each object; does nothing.")
final class PlanCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final StrategyOption option = new StrategyOption();

    @Mixin
    private final StrictOption strict = new StrictOption();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Freeze the plan in this file for `deploy --plan`, and print its hash.")
    @Nullable
    private Path out;

    PlanCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Workbench bench = Workbench.withTarget(session, strict.and(option.flags()))) {
            ReleaseAssembly assembly = ReleaseAssembly.of(bench.context());
            DeployService service = Releases.service(bench);
            DeployOptions options = DeployOptions.of(bench.context().config()).withHooks(assembly.hooks());
            ReleaseSpec spec = service.chosen(assembly.spec(), options);
            assembly.preflight(bench.cluster(), spec.strategy());
            assembly.rehearse(bench.cluster());
            Optional<DeployService.Proposal> proposal =
                    Optional.ofNullable(out).map(file -> service.propose(spec, options));
            Plan plan = proposal.map(DeployService.Proposal::plan).orElseGet(() -> service.plan(spec, options));
            List<ManifestDiff> diffs = diffs(bench.cluster(), plan);
            Optional<PlanFile> frozen = proposal.map(made -> freeze(made.frozen()));
            if (session.json()) {
                Map<String, Object> document = document(plan, diffs);
                frozen.ifPresent(file -> document.put("sha256", file.sha256()));
                session.printJson(document);
            } else {
                session.print(lines(plan, diffs));
                frozen.ifPresent(file -> session.print(List.of("", "plan sha256: " + file.sha256())));
            }
        }
        return 0;
    }

    private PlanFile freeze(FrozenPlan plan) {
        PlanFile frozen = PlanFile.of(plan);
        Optional.ofNullable(out)
                .ifPresent(file -> frozen.write(session.streams().folder().resolve(file)));
        return frozen;
    }

    private static List<ManifestDiff> diffs(Cluster cluster, Plan plan) {
        List<ManifestDiff> diffs = new ArrayList<>();
        for (Operation operation : plan.operations()) {
            if (operation instanceof Operation.Apply apply) {
                Optional<KubeObject> live = cluster.get(apply.object().ref());
                diffs.add(diff(cluster, live, apply.object()));
            } else if (operation instanceof Operation.Delete delete) {
                cluster.get(delete.ref()).map(ManifestDiff::ofDelete).ifPresent(diffs::add);
            }
        }
        return diffs;
    }

    private static ManifestDiff diff(Cluster cluster, Optional<KubeObject> live, KubeObject desired) {
        try {
            return ManifestDiff.ofDryRun(live, cluster.apply(desired, Cluster.ApplyOptions.DRY_RUN));
        } catch (ClusterRefusal refusal) {
            // A namespace that is yet to be created refuses dry runs, too; what is desired can still be shown.
            return ManifestDiff.ofDesired(live, desired);
        }
    }

    private static List<String> lines(Plan plan, List<ManifestDiff> diffs) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "release " + plan.release().number() + " by " + plan.strategy().written() + ": " + plan.why());
        plan.notes().forEach(note -> lines.add("note: " + note));
        lines.add("");
        int number = 1;
        for (Operation operation : plan.operations()) {
            lines.add(String.format(Locale.ROOT, "%3d. %s", number++, operation.sentence()));
        }
        for (ManifestDiff diff : diffs) {
            if (diff.change() != ManifestDiff.Change.NONE) {
                lines.add("");
                lines.add(diff.change().name().toLowerCase(Locale.ROOT) + " " + diff.ref());
                diff.lines().forEach(line -> lines.add("  " + line));
            }
        }
        return lines;
    }

    private static Map<String, Object> document(Plan plan, List<ManifestDiff> diffs) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("release", plan.release().number());
        document.put("strategy", plan.strategy().written());
        document.put("why", plan.why());
        document.put("notes", plan.notes());
        document.put(
                "operations",
                plan.operations().stream().map(Operation::sentence).toList());
        List<Map<String, Object>> changes = new ArrayList<>();
        for (ManifestDiff diff : diffs) {
            Map<String, Object> change = new LinkedHashMap<>();
            change.put("object", diff.ref().toString());
            change.put("change", diff.change().name().toLowerCase(Locale.ROOT));
            change.put("diff", diff.lines());
            changes.add(change);
        }
        document.put("changes", changes);
        return document;
    }
}
