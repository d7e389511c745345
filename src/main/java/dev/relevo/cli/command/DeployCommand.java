package dev.relevo.cli.command;

import dev.relevo.config.ConfigError;
import dev.relevo.config.FlagValue;
import dev.relevo.config.LoadedGroup;
import dev.relevo.deploy.plan.PlanFile;
import dev.relevo.pipeline.StepResult;
import dev.relevo.report.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The step {@code deploy}. */
@Command(
        name = "deploy",
        description = "Hands the traffic over to the pushed image and prints the address where the app answers.")
final class DeployCommand extends StepCommand<StepResult.Deploy> {
    @Mixin
    private final StrategyOption option = new StrategyOption();

    @Mixin
    private final TurnOptions turn = new TurnOptions();

    @Mixin
    private final StrictOption strict = new StrictOption();

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description =
                    "Carry out exactly this plan of `plan --out`, or refuse when the cluster or the project has changed.")
    @Nullable
    private Path plan;

    @Option(
            names = "--approved",
            paramLabel = "SHA256",
            description = "Refuse a plan that has another hash than this one, or its first 12 digits.")
    @Nullable
    private String approved;

    @Mixin
    private final GroupOption group = new GroupOption();

    private final Session session;

    DeployCommand(Session session) {
        super(session, "deploy");
        this.session = session;
    }

    @Override
    public Integer call() {
        Optional<LoadedGroup> together = group.group(session);
        if (together.isEmpty()) {
            return super.call();
        }
        if (plan != null || approved != null) {
            throw Problem.of(ConfigError.USAGE, "--plan and --approved are for one app, not for a group")
                    .remedy("Leave them out: `relevo plan --group FILE` shows what a deploy of the group would do.")
                    .asException();
        }
        FlagValue[] flags = strict.and(turn.flags(option.flags()));
        session.record("deploy", together.get());
        try (GroupBench bench = GroupBench.open(session, together.get(), true, flags)) {
            bench.prepare();
            Map<String, StepResult.Deploy> results = bench.step().run();
            session.endRecording();
            tell(together.get(), results);
        }
        return 0;
    }

    private void tell(LoadedGroup together, Map<String, StepResult.Deploy> results) {
        if (session.json()) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("group", together.name());
            document.put("members", results);
            session.printJson(document);
            return;
        }
        results.forEach((member, result) -> result.address().ifPresent(url -> session.print(member + " " + url)));
    }

    @Override
    StepResult.Deploy run(Session session) {
        Optional<PlanFile> agreed = agreed(session);
        List<FlagValue> flags = new ArrayList<>(List.of(strict.and(turn.flags(option.flags()))));
        agreed.ifPresent(file -> flags.add(
                new FlagValue("deploy.strategy", file.plan().strategy().written(), "--plan")));
        try (Workbench bench = Workbench.withTarget(session, flags.toArray(FlagValue[]::new))) {
            return Steps.of(bench, session).deploy(bench.context(), agreed.map(PlanFile::plan));
        }
    }

    private Optional<PlanFile> agreed(Session session) {
        if (plan == null) {
            if (approved != null) {
                throw Problem.of(ConfigError.USAGE, "--approved is the hash of a plan, but there is no --plan")
                        .remedy("Name the file that `plan --out` has written.")
                        .asException();
            }
            return Optional.empty();
        }
        if (option.strategy != null) {
            throw Problem.of(ConfigError.USAGE, "--strategy has no place beside --plan: the plan says how it goes")
                    .remedy("Leave it out, or make a plan with that strategy.")
                    .asException();
        }
        PlanFile file = PlanFile.read(session.streams().folder().resolve(plan));
        Optional.ofNullable(approved).ifPresent(file::requireApproved);
        return Optional.of(file);
    }

    @Override
    List<String> lines(StepResult.Deploy result) {
        return result.address().map(List::of).orElse(List.of());
    }
}
