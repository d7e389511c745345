package dev.relevo.cli.command;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.KubernetesCluster;
import dev.relevo.config.ClusterTarget;
import dev.relevo.config.FlagValue;
import dev.relevo.config.RelevoConfig;
import dev.relevo.pipeline.StepContext;
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
        Path project = session.project();
        RelevoConfig config = session.load(more).config();
        return open(session, config, session.context(project, config), local);
    }

    /**
     * For a member of a group.
     *
     * @param start whether a local environment is started when it does not run
     */
    static Workbench of(Session session, String member, Path project, RelevoConfig config, boolean start) {
        StepContext context = session.context(member, project, config);
        return open(session, config, context, start ? LocalTarget::start : LocalTarget::running);
    }

    private static Workbench open(
            Session session,
            RelevoConfig config,
            StepContext context,
            BiFunction<Session, RelevoConfig, LocalTarget> local) {
        if (!(config.environment().cluster() instanceof ClusterTarget.Local)) {
            return new Workbench(context, Optional.empty());
        }
        LocalTarget target = local.apply(session, config);
        return new Workbench(context.withConfig(target.config()), Optional.of(target));
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
