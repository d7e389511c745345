package dev.relevo.cli.command;

import dev.relevo.config.ConfigError;
import dev.relevo.config.LoadedGroup;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.FrozenPlan;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.PlanFile;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.pipeline.ReleaseAssembly;
import dev.relevo.report.Problem;
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

    @Mixin
    private final GroupOption group = new GroupOption();

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
        group.group(session).ifPresentOrElse(this::planTogether, this::planAlone);
        return 0;
    }

    private void planTogether(LoadedGroup together) {
        if (out != null) {
            throw Problem.of(ConfigError.USAGE, "--out freezes the plan of one app, not of a group")
                    .remedy("Leave --out out, or freeze the plan of each member in its own folder.")
                    .asException();
        }
        try (GroupBench bench = GroupBench.open(session, together, true, strict.and(option.flags()))) {
            GroupPlanText text = new GroupPlanText(together.name(), bench.step().plan(), bench.places());
            if (session.json()) {
                session.printJson(text.document());
            } else {
                session.print(text.lines());
            }
        }
    }

    private void planAlone() {
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
            PlanDiffs diffs = PlanDiffs.of(bench.cluster(), plan);
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
    }

    private PlanFile freeze(FrozenPlan plan) {
        PlanFile frozen = PlanFile.of(plan);
        Optional.ofNullable(out)
                .ifPresent(file -> frozen.write(session.streams().folder().resolve(file)));
        return frozen;
    }

    private static List<String> lines(Plan plan, PlanDiffs diffs) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "release " + plan.release().number() + " by " + plan.strategy().written() + ": " + plan.why());
        plan.notes().forEach(note -> lines.add("note: " + note));
        lines.add("");
        int number = 1;
        for (Operation operation : plan.operations()) {
            lines.add(String.format(Locale.ROOT, "%3d. %s", number++, operation.sentence()));
        }
        lines.addAll(diffs.lines(""));
        return lines;
    }

    /** A plan as a program reads it. */
    static Map<String, Object> document(Plan plan, PlanDiffs diffs) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("release", plan.release().number());
        document.put("strategy", plan.strategy().written());
        document.put("why", plan.why());
        document.put("notes", plan.notes());
        document.put(
                "operations",
                plan.operations().stream().map(Operation::sentence).toList());
        document.put("changes", diffs.documents());
        return document;
    }
}
