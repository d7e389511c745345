package dev.relevo.cli.command;

import dev.relevo.deploy.DeployOutcome;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.strategy.WayBack;
import dev.relevo.pipeline.Announcer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings an earlier release back. */
@Command(
        name = "rollback",
        description = "Brings an earlier release back as one unit, and prints the number that it has now.")
final class RollbackCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final StrategyOption option = new StrategyOption();

    @Mixin
    private final TurnOptions turn = new TurnOptions();

    @Option(names = "--to", paramLabel = "NUMBER", description = "The release; the one before the present without it.")
    @Nullable
    private Integer to;

    @Option(
            names = "--across-incompatible",
            description =
                    "Go back although a release in between is declared incompatible. The data is yours to look after.")
    private boolean across;

    RollbackCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.record("rollback");
        try (Workbench bench = Workbench.withRunningTarget(session, turn.flags(option.flags()))) {
            Announcer announcer = Releases.announcer(bench, session, "rollback");
            WayBack way = new WayBack(to == null ? OptionalInt.empty() : OptionalInt.of(to), across);
            DeployOutcome outcome;
            try (FinishingDeploy events = new FinishingDeploy(
                    announcer.listening(bench.context().events()),
                    session.policy(),
                    bench.context().config().deploy())) {
                DeployService service = Releases.service(bench, events);
                outcome = announcer.around(
                        () -> service.rollback(
                                Releases.app(bench),
                                way,
                                DeployOptions.of(bench.context().config())),
                        RollbackCommand::told);
            }
            session.endRecording();
            if (session.json()) {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("release", outcome.release().number());
                document.put("image", outcome.release().spec().image());
                document.put("unchanged", outcome.unchanged());
                document.put("replicas", outcome.replicas());
                session.printJson(document);
            } else {
                session.print(Integer.toString(outcome.release().number()));
            }
        }
        return 0;
    }

    private static Optional<Announcer.Success> told(DeployOutcome outcome) {
        ReleaseSpec spec = outcome.release().spec();
        return outcome.unchanged()
                ? Optional.empty()
                : Optional.of(new Announcer.Success(
                        outcome.release().number(),
                        spec.strategy().written(),
                        spec.image(),
                        Announcer.replicas(outcome.replicas())));
    }
}
