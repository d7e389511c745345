package dev.relevo.cli.command;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.KubernetesCluster;
import dev.relevo.config.ClusterTarget;
import dev.relevo.config.FlagValue;
import dev.relevo.config.RelevoConfig;
import dev.relevo.pipeline.StepContext;
import dev.relevo.report.EventSink;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;

/** What the steps of one call share: their context, and the connection to the cluster, opened when it is first asked for. */
final class Workbench implements AutoCloseable {
    private final StepContext context;
    private final Optional<LocalTarget> local;
    private Optional<KubernetesCluster> cluster = Optional.empty();

    private Workbench(StepContext context, Optional<LocalTarget> local) {
        this.context = context;
        this.local = local;
    }

    /** For steps that change the target: a local environment is started when it does not run. */
    static Workbench withTarget(Session session, FlagValue... more) {
        return open(session, LocalTarget::start, more);
    }

    /** For commands that only look, or need a release that is there: a local environment must run. */
    static Workbench withRunningTarget(Session session, FlagValue... more) {
        return open(session, LocalTarget::running, more);
    }

    private static Workbench open(
            Session session, BiFunction<Session, RelevoConfig, LocalTarget> local, FlagValue... more) {
        return open(session, session.project(), session.load(more).config(), session.events(), local);
    }

    /** For another project than the call's. @param start whether a local environment is started when it does not run */
    static Workbench of(Session session, Path project, RelevoConfig config, EventSink events, boolean start) {
        return open(session, project, config, events, start ? LocalTarget::start : LocalTarget::running);
    }

    private static Workbench open(
            Session session,
            Path project,
            RelevoConfig config,
            EventSink events,
            BiFunction<Session, RelevoConfig, LocalTarget> local) {
        if (!(config.environment().cluster() instanceof ClusterTarget.Local)) {
            return new Workbench(new StepContext(project, config, events), Optional.empty());
        }
        LocalTarget target = local.apply(session, config);
        return new Workbench(new StepContext(project, target.config(), events), Optional.of(target));
    }

    StepContext context() {
        return context;
    }

    /** The local environment, when that is the target. */
    Optional<LocalTarget> local() {
        return local;
    }

    /** The environment's cluster. */
    synchronized Cluster cluster() {
        if (cluster.isEmpty()) {
            cluster = Optional.of(connect());
        }
        return cluster.get();
    }

    private KubernetesCluster connect() {
        if (local.isPresent()) {
            return KubernetesCluster.connect(Optional.of(local.get().kubeconfig()), Optional.empty());
        }
        if (context.config().environment().cluster() instanceof ClusterTarget.Remote remote) {
            Optional<Path> kubeconfig =
                    remote.kubeconfig().map(path -> context.project().resolve(path));
            return KubernetesCluster.connect(kubeconfig, remote.context());
        }
        throw new IllegalStateException("A local environment that was not started has no cluster");
    }

    @Override
    public synchronized void close() {
        cluster.ifPresent(KubernetesCluster::close);
        cluster = Optional.empty();
    }
}
