package dev.relevo.cli.command;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Ends a pause. */
@Command(name = "resume", description = "Ends a pause of the deploy that is running.")
final class ResumeCommand implements Callable<Integer> {
    private final Session session;

    ResumeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Workbench bench = Workbench.withRunningTarget(session)) {
            boolean paused = Releases.service(bench).resume(Releases.app(bench));
            session.answer(Map.of("resumed", paused), paused ? "resumed" : "it was not paused");
        }
        return 0;
    }
}
