package dev.relevo.cli.command;

import dev.relevo.cluster.KubernetesCluster;
import dev.relevo.config.ClusterTarget;
import dev.relevo.config.LoadedConfig;
import dev.relevo.config.RelevoConfig;
import dev.relevo.local.environment.LocalDaemon;
import dev.relevo.local.environment.LocalStatus;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an environment needs outside of this machine: its registry, its cluster, and the right to work in the namespace. */
final class TargetChecks {
    private static final int PATIENCE_MILLIS = 3000;
    private static final String DOCKER_HUB = "registry-1.docker.io";

    private TargetChecks() {}

    static List<Check> all(LoadedConfig loaded, Session session) {
        RelevoConfig config = loaded.config();
        if (config.environment().cluster() instanceof ClusterTarget.Remote remote) {
            List<Check> checks = new ArrayList<>();
            checks.add(registry(config.image().repository()));
            checks.addAll(cluster(remote, session.project(), config));
            return checks;
        }
        return List.of(local(LocalDaemon.standard(session.variables()).status()));
    }

    private static Check local(LocalStatus status) {
        return switch (status.state()) {
            case RUNNING -> Check.ok("local environment", "runs in " + status.directory());
            case STOPPED -> Check.note("local environment", "does not run; the commands that need it start it");
            case DIED ->
                Check.note(
                        "local environment",
                        "ended unexpectedly; `relevo local logs` says why, the next start cleans up");
        };
    }

    private static Check registry(String repository) {
        String first = repository.substring(0, Math.max(0, repository.indexOf('/')));
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        String host = named ? first : DOCKER_HUB;
        int colon = host.indexOf(':');
        String name = colon < 0 ? host : host.substring(0, colon);
        int port = colon < 0 ? 443 : Integer.parseInt(host.substring(colon + 1));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(name, port), PATIENCE_MILLIS);
            return Check.ok("registry", name + ":" + port + " is reachable");
        } catch (IOException e) {
            String why = e instanceof UnknownHostException ? "its name is unknown" : e.getMessage();
            return Check.problem(
                    "registry",
                    name + ":" + port + " cannot be reached: " + why,
                    "Check image.repository, the network and the proxy.");
        }
    }

    private static List<Check> cluster(ClusterTarget.Remote remote, Path project, RelevoConfig config) {
        Optional<Path> kubeconfig = remote.kubeconfig().map(project::resolve);
        try (KubernetesCluster cluster = KubernetesCluster.connect(kubeconfig, remote.context())) {
            String version = cluster.version();
            List<Check> checks = new ArrayList<>();
            checks.add(Check.ok("cluster", cluster.address() + ", " + version));
            checks.addAll(RightsChecks.all(cluster, project, config));
            return checks;
        } catch (RelevoException e) {
            return List.of(Check.problem("cluster", e.problem()));
        }
    }
}
