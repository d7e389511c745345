package dev.relevo.cli.command;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.AddonConfig;
import dev.relevo.config.ImageConfig;
import dev.relevo.config.RelevoConfig;
import dev.relevo.local.environment.LocalDaemon;
import dev.relevo.local.environment.LocalError;
import dev.relevo.local.environment.RunningEnvironment;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * The local environment as the target of a call.
 *
 * @param daemon the environment
 * @param config the configuration with the local registry in the image's name
 * @param kubeconfig leads to its cluster
 */
record LocalTarget(LocalDaemon daemon, RelevoConfig config, Path kubeconfig) {
    /** Starts it when it does not run. */
    static LocalTarget start(Session session, RelevoConfig config) {
        LocalDaemon daemon = LocalDaemon.standard(session.variables());
        RunningEnvironment running = daemon.status()
                .running()
                .orElseGet(() -> task(session.events(), "local", "Start the local environment", daemon::up));
        return of(daemon, running, config);
    }

    /**
     * The one that runs.
     *
     * @throws dev.relevo.report.RelevoException with {@link LocalError#NOT_RUNNING}
     */
    static LocalTarget running(Session session, RelevoConfig config) {
        LocalDaemon daemon = LocalDaemon.standard(session.variables());
        RunningEnvironment running = daemon.status()
                .running()
                .orElseThrow(() -> Problem.of(
                                LocalError.NOT_RUNNING,
                                "The local environment, which is the target of ["
                                        + config.environment().name() + "], does not run")
                        .remedy("Start it with `relevo local up`, or name another environment with -e.")
                        .asException());
        return of(daemon, running, config);
    }

    private static LocalTarget of(LocalDaemon daemon, RunningEnvironment running, RelevoConfig config) {
        return new LocalTarget(daemon, withRegistry(config, running.registry()), running.kubeconfig());
    }

    /** Makes sure of the namespace and of what the environment is to run beside the app. */
    void prepare(Cluster cluster, EventSink events) {
        String namespace = config.environment().namespace();
        if (!config.environment().addons().isEmpty()) {
            createNamespace(cluster, namespace);
        }
        for (AddonConfig addon : config.environment().addons()) {
            String label = "Database " + addon.database() + " with Secret " + addon.secret();
            String unused = task(events, "addon-" + addon.secret(), label, () -> {
                daemon.ensureDatabase(namespace, addon.secret(), addon.database());
                return label;
            });
        }
    }

    private static void createNamespace(Cluster cluster, String namespace) {
        ObjectRef ref = new ObjectRef(Kind.NAMESPACE, "", namespace);
        if (cluster.get(ref).isEmpty()) {
            try {
                cluster.create(KubeObject.named(ref));
            } catch (ClusterRefusal.Conflict meanwhile) {
                // Somebody else created it in the same moment, which is all that was wanted.
                return;
            }
        }
    }

    private static RelevoConfig withRegistry(RelevoConfig config, String registry) {
        ImageConfig image = new ImageConfig(
                registry + "/" + pathOf(config.image().repository()),
                config.image().tags());
        return new RelevoConfig(
                config.apiVersion(),
                config.app(),
                image,
                config.test(),
                config.build(),
                config.push(),
                config.configmap(),
                config.deploy(),
                config.service(),
                config.verify(),
                config.notifications(),
                config.telemetry(),
                config.environment());
    }

    /** The repository without its registry: the first part is one when it has a dot or port, or is localhost. */
    static String pathOf(String repository) {
        int slash = repository.indexOf('/');
        String first = slash < 0 ? "" : repository.substring(0, slash);
        boolean registry = first.contains(".") || first.contains(":") || first.equals("localhost");
        return registry ? repository.substring(slash + 1) : repository;
    }

    /** Waits for something that can be interrupted, and tells of its beginning and end. */
    static <T> T task(EventSink events, String id, String label, Callable<T> work) {
        long start = System.nanoTime();
        Event.Outcome outcome = Event.Outcome.FAILED;
        events.emit(new Event.TaskStarted(id, label, Event.TaskKind.PREPARATION));
        try {
            T result = work.call();
            outcome = Event.Outcome.DONE;
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.of(CliError.STOPPED, "Stopped while it was busy: " + label)
                    .asException(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(label + " failed", e);
        } finally {
            events.emit(new Event.TaskFinished(id, label, outcome, Duration.ofNanos(System.nanoTime() - start), ""));
        }
    }
}
