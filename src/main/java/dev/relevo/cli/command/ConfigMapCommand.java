package dev.relevo.cli.command;

import dev.relevo.pipeline.StepResult;
import java.util.List;
import picocli.CommandLine.Command;

/** The step {@code configmap}. */
@Command(
        name = "configmap",
        description = "Puts the project's configuration into an immutable ConfigMap and prints its name.")
final class ConfigMapCommand extends StepCommand<StepResult.Config> {
    ConfigMapCommand(Session session) {
        super(session, "configmap");
    }

    @Override
    StepResult.Config run(Session session) {
        try (Workbench bench = Workbench.withTarget(session)) {
            return Steps.of(bench, session).configmap(bench.context());
        }
    }

    @Override
    List<String> lines(StepResult.Config result) {
        return result.liveName().map(List::of).orElse(List.of());
    }
}
