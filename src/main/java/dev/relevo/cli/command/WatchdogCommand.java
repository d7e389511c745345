package dev.relevo.cli.command;

import dev.relevo.cluster.KubernetesCluster;
import dev.relevo.config.ConfigError;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.Durations;
import dev.relevo.config.VerifyConfig;
import dev.relevo.deploy.AbortOutcome;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.execute.DiagnosisFinder;
import dev.relevo.deploy.lock.SystemPace;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.report.Problem;
import dev.relevo.verify.ClusterReach;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Watches a deploy from within the cluster, as the Job does that {@code deploy.watchdog.image} leaves there. */
@Command(
        name = "watchdog",
        hidden = true,
        description =
                "Waits while a deploy runs, and takes its release back when its lock runs out. Needs no relevo.yaml.")
final class WatchdogCommand implements Callable<Integer> {
    private static final Duration LONGEST_DEPLOY = Duration.ofDays(1);

    private final Session session;

    @Option(names = "--app", paramLabel = "NAME", required = true, description = "The app.")
    private String app = "";

    @Option(names = "--epoch", paramLabel = "NUMBER", required = true, description = "Which holder of the lock.")
    private int epoch;

    @Option(
            names = "--history",
            paramLabel = "NUMBER",
            required = true,
            description = "How many releases are remembered.")
    private int history;

    @Option(names = "--timeout", paramLabel = "TIME", required = true, description = "How long nothing may move.")
    private String timeout = "";

    @Option(names = "--no-prune", description = "Leave what the release that serves has no more.")
    private boolean keeps;

    WatchdogCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        String namespace = Optional.ofNullable(session.options().namespace).orElse("default");
        try (KubernetesCluster cluster = KubernetesCluster.connect(Optional.empty(), Optional.empty())) {
            DeployService service = new DeployService(
                    cluster,
                    session.events(),
                    new SystemPace(),
                    new ClusterReach(cluster),
                    new DiagnosisFinder(cluster),
                    DeployService.processName());
            Optional<AbortOutcome> outcome = service.watch(new AppRef(app, namespace), epoch, options());
            session.print(
                    outcome.map(AbortOutcome::sentence).orElse("the deploy ended by itself; nothing to take back"));
        }
        return 0;
    }

    private DeployOptions options() {
        Duration patience = Durations.parse(timeout)
                .orElseThrow(() -> Problem.of(
                                ConfigError.USAGE, "--timeout is [" + timeout + "]; expected " + Durations.EXPECTED)
                        .asException());
        Settings settings = new Settings(
                history,
                !keeps,
                Duration.ZERO,
                List.of(),
                Optional.empty(),
                new VerifyConfig(List.of(), Optional.empty()),
                Settings.SETTLE);
        return new DeployOptions(
                StrategyName.ROLLING, settings, true, false, patience, LONGEST_DEPLOY, DeployOptions.LEASE);
    }
}
