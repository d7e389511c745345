package dev.relevo.cli.command;

import dev.relevo.deploy.lock.Ask;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets a running deploy go on. */
@Command(
        name = "promote",
        description = "Lets the deploy that is running go on without waiting for people, and prints whom it has asked.")
final class PromoteCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--skip-steps", description = "Leave out the rest of a canary's steps and their checks, too.")
    private boolean skipSteps;

    PromoteCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Workbench bench = Workbench.withRunningTarget(session)) {
            Ask.Wish wish = skipSteps ? Ask.Wish.PROMOTE_WHOLLY : Ask.Wish.PROMOTE;
            String asked = Releases.service(bench).ask(Releases.app(bench), wish, Duration.ZERO);
            session.answer(Map.of("asked", asked), asked);
        }
        return 0;
    }
}
