package dev.relevo.cli.command;

import dev.relevo.pipeline.StepResult;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The step {@code configmap}. */
@Command(
        name = "configmap",
        description = "Puts the project's configuration into an immutable ConfigMap and prints its name.")
final class ConfigMapCommand extends StepCommand<StepResult.Config> {
    @Option(
            names = "--files-only",
            description = "Make the files that plan and deploy read, and leave the cluster alone.")
    private boolean filesOnly;

    ConfigMapCommand(Session session) {
        super(session, "configmap");
    }

    @Override
    StepResult.Config run(Session session) {
        try (Workbench bench = Workbench.withTarget(session)) {
            Steps steps = Steps.of(bench, session);
            return filesOnly ? steps.configmapFiles(bench.context()) : steps.configmap(bench.context());
        }
    }

    @Override
    List<String> lines(StepResult.Config result) {
        return result.liveName().map(List::of).orElse(List.of());
    }
}
