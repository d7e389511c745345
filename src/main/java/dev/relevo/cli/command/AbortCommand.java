package dev.relevo.cli.command;

import dev.relevo.deploy.AbortOutcome;
import dev.relevo.deploy.plan.DeployOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Takes a release back that is being deployed. */
@Command(
        name = "abort",
        description =
                "Takes the release back that is being deployed, also when its deploy is dead, and prints what came of it.")
final class AbortCommand implements Callable<Integer> {
    private final Session session;

    AbortCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Workbench bench = Workbench.withRunningTarget(session)) {
            AbortOutcome outcome = Releases.service(bench)
                    .abort(Releases.app(bench), DeployOptions.of(bench.context().config()));
            if (outcome.by() == AbortOutcome.Hand.THE_ASKER) {
                // A deploy that is alive tells it itself.
                Releases.announcer(bench, session, "abort").takenBack(outcome.withdrawn(), outcome.sentence());
            }
            Map<String, Object> document = new LinkedHashMap<>();
            outcome.withdrawn().ifPresent(number -> document.put("withdrawn", number));
            outcome.serves().ifPresent(number -> document.put("serves", number));
            document.put("by", outcome.by().word());
            session.answer(document, outcome.sentence());
        }
        return 0;
    }
}
