package dev.relevo.cli.command;

import dev.relevo.pipeline.StepResult;
import java.util.List;
import picocli.CommandLine.Command;

/** The step {@code build}. */
@Command(name = "build", description = "Builds the image and prints its reference with the digest.")
final class BuildCommand extends StepCommand<StepResult.Build> {
    BuildCommand(Session session) {
        super(session, "build");
    }

    @Override
    StepResult.Build run(Session session) {
        try (Workbench bench = Workbench.withTarget(session)) {
            return Steps.of(bench, session).build(bench.context());
        }
    }

    @Override
    List<String> lines(StepResult.Build result) {
        return List.of(result.image());
    }
}
