package dev.relevo.cli.command;

import dev.relevo.config.ClusterTarget;
import dev.relevo.config.LoadedConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** What an environment needs outside of this machine. */
final class TargetChecks {
    private static final int PATIENCE_MILLIS = 3000;

    private TargetChecks() {}

    static List<Check> all(LoadedConfig loaded, Session session) {
        List<Check> checks = new ArrayList<>();
        if (loaded.config().environment().cluster() instanceof ClusterTarget.Local) {
            return checks;
        }
        checks.add(registry(loaded.config().image().repository()));
        return checks;
    }

    private static Check registry(String repository) {
        String first = repository.substring(0, Math.max(0, repository.indexOf('/')));
        String host = first.contains(".") || first.contains(":") || first.equals("localhost")
                ? first
                : "registry-1.docker.io";
        int colon = host.indexOf(':');
        String name = colon < 0 ? host : host.substring(0, colon);
        int port = colon < 0 ? 443 : Integer.parseInt(host.substring(colon + 1));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(name, port), PATIENCE_MILLIS);
            return Check.ok("registry", name + ":" + port + " is reachable");
        } catch (IOException e) {
            return Check.problem(
                    "registry",
                    name + ":" + port + " cannot be reached: " + e.getMessage(),
                    "Check image.repository, the network and the proxy.");
        }
    }
}
