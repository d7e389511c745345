package dev.relevo.cli.command;

import dev.relevo.config.ConfigError;
import dev.relevo.config.Durations;
import dev.relevo.deploy.lock.Ask;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets a running deploy wait. */
@Command(
        name = "pause",
        description = "Lets the deploy that is running wait before its next change, and prints whom it has asked.")
final class PauseCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "How long at most, 1h without it; then the release is taken back.")
    private String atMost = "1h";

    PauseCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (Workbench bench = Workbench.withRunningTarget(session)) {
            Duration bound = Durations.parse(atMost)
                    .filter(time -> !time.isZero())
                    .orElseThrow(() -> Problem.of(
                                    ConfigError.USAGE, "--for is [" + atMost + "]; expected " + Durations.EXPECTED)
                            .remedy("Write for example --for 30m.")
                            .asException());
            String asked = Releases.service(bench).ask(Releases.app(bench), Ask.Wish.PAUSE, bound);
            session.answer(Map.of("asked", asked), asked);
        }
        return 0;
    }
}
