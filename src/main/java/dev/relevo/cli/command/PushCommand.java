package dev.relevo.cli.command;

import dev.relevo.pipeline.StepResult;
import java.util.List;
import picocli.CommandLine.Command;

/** The step {@code push}. */
@Command(name = "push", description = "Pushes the built image and prints its reference with the digest.")
final class PushCommand extends StepCommand<StepResult.Push> {
    PushCommand(Session session) {
        super(session, "push");
    }

    @Override
    StepResult.Push run(Session session) {
        try (Workbench bench = Workbench.withTarget(session)) {
            return Steps.of(bench, session).push(bench.context());
        }
    }

    @Override
    List<String> lines(StepResult.Push result) {
        return List.of(result.image());
    }
}
