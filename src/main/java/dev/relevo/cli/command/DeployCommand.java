package dev.relevo.cli.command;

import dev.relevo.pipeline.StepResult;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The step {@code deploy}. */
@Command(
        name = "deploy",
        description = "Hands the traffic over to the pushed image and prints the address where the app answers.")
final class DeployCommand extends StepCommand<StepResult.Deploy> {
    @Mixin
    private final StrategyOption option = new StrategyOption();

    DeployCommand(Session session) {
        super(session, "deploy");
    }

    @Override
    StepResult.Deploy run(Session session) {
        try (Workbench bench = Workbench.withTarget(session, option.flags())) {
            return Steps.of(bench, session).deploy(bench.context());
        }
    }

    @Override
    List<String> lines(StepResult.Deploy result) {
        return result.address().map(List::of).orElse(List.of());
    }
}
