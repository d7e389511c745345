package dev.relevo.cli.command;

import dev.relevo.cli.console.CalledAs;
import dev.relevo.cli.console.Table;
import dev.relevo.config.ConfigError;
import dev.relevo.config.Nearest;
import dev.relevo.pipeline.Run;
import dev.relevo.pipeline.StepResult;
import dev.relevo.report.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** All steps. */
@Command(
        name = "run",
        description = "Tests, builds, pushes, configures and deploys, and prints the address where the app answers.")
final class RunCommand implements Callable<Integer> {
    private static final int SUMMARY_WIDTH = 90;

    private final Session session;

    @Mixin
    private final StrategyOption option = new StrategyOption();

    @Mixin
    private final TurnOptions turn = new TurnOptions();

    @Mixin
    private final StrictOption strict = new StrictOption();

    @Option(names = "--skip", paramLabel = "STEP", split = ",", description = "Leave out a step, e.g. test.")
    private List<String> skip = new ArrayList<>();

    RunCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.record("run");
        try (Workbench bench = Workbench.withTarget(session, strict.and(turn.flags(option.flags())))) {
            Run run = new Run(stages(Steps.of(bench, session)));
            List<StepResult> results;
            try {
                results = run.all(bench.context());
            } finally {
                summary(run).forEach(session.console()::line);
            }
            tell(bench, results);
        }
        return 0;
    }

    private List<Run.Stage> stages(Steps steps) {
        List<Run.Stage> all = List.of(
                new Run.Stage("test", steps::test),
                new Run.Stage("build", steps::build),
                new Run.Stage("push", steps::push),
                new Run.Stage("configmap", steps::configmap),
                new Run.Stage("deploy", steps::deploy));
        List<String> names = all.stream().map(Run.Stage::name).toList();
        for (String name : skip) {
            if (!names.contains(name)) {
                throw Problem.of(
                                ConfigError.USAGE,
                                "--skip is [" + name + "]; expected " + String.join(", ", names)
                                        + Nearest.suggestion(name, names))
                        .remedy("Name steps of the run.")
                        .asException();
            }
        }
        return all.stream().filter(stage -> !skip.contains(stage.name())).toList();
    }

    private static List<String> summary(Run run) {
        if (run.ended().isEmpty()) {
            return List.of();
        }
        Table table = new Table("STEP", "OUTCOME", "TIME", "RESULT");
        for (Run.Ended step : run.ended()) {
            String summary = step.summary().lines().findFirst().orElse("");
            table.row(
                    step.step(),
                    step.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    String.format(Locale.ROOT, "%.1fs", step.took().toMillis() / 1000.0),
                    summary.length() <= SUMMARY_WIDTH ? summary : summary.substring(0, SUMMARY_WIDTH - 3) + "...");
        }
        List<String> lines = new ArrayList<>(List.of(""));
        lines.addAll(table.lines());
        return lines;
    }

    private void tell(Workbench bench, List<StepResult> results) {
        String namespace = bench.context().config().environment().namespace();
        List<String> hints = new ArrayList<>(List.of(""));
        bench.local().ifPresent(local -> {
            hints.add("look at it:  kubectl --kubeconfig "
                    + CalledAs.quoted(local.kubeconfig().toString()) + " get deploy,po,svc,cm -n " + namespace);
            hints.add("stop it all: " + session.streams().called().command("local down"));
        });
        hints.forEach(session.console()::line);
        session.endRecording();
        session.console().close();
        for (StepResult result : results) {
            if (result instanceof StepResult.Deploy deploy && !session.json()) {
                deploy.address().ifPresent(session::print);
            }
        }
        if (session.json()) {
            Map<String, Object> document = new LinkedHashMap<>();
            results.forEach(result -> document.put(result.step(), result));
            bench.local()
                    .ifPresent(local ->
                            document.put("kubeconfig", local.kubeconfig().toString()));
            session.printJson(document);
        }
    }
}
