package dev.relevo.cli.command;

import dev.relevo.access.PullSecret;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubernetesCluster;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.ConfigError;
import dev.relevo.registry.CloudLogin;
import dev.relevo.registry.ecr.EcrLogins;
import dev.relevo.report.Problem;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Logins for registries. */
@Command(
        name = "registry",
        synopsisSubcommandLabel = "COMMAND",
        description = "Keeps logins for image registries.",
        subcommands = RegistryCommand.Refresh.class)
final class RegistryCommand {
    /** Whose registry. */
    enum Provider {
        ecr
    }

    /** Renews a login in the cluster. */
    @Command(
            name = "refresh",
            description = {
                "Puts a new login of a cloud's registry into the Secret with which nodes pull images.",
                "Needs no relevo.yaml; the cluster is that of KUBECONFIG, ~/.kube/config, or the pod."
            })
    static final class Refresh implements Callable<Integer> {
        private final Session session;

        @Option(
                names = "--provider",
                required = true,
                paramLabel = "NAME",
                description = "Whose registry it is: ${COMPLETION-CANDIDATES}.")
        private Provider provider = Provider.ecr;

        @Option(names = "--secret", required = true, paramLabel = "NAME", description = "The Secret's name.")
        private String secret = "";

        @Option(
                names = "--registry",
                paramLabel = "HOST",
                description = "Another registry that takes the same login, e.g. of another account. May be repeated.")
        private List<String> registries = new ArrayList<>();

        @Option(names = "--region", paramLabel = "NAME", description = "The cloud's region; AWS_REGION without it.")
        @Nullable
        private String region;

        @Option(names = "--endpoint", paramLabel = "URL", description = "Another address of the cloud's service.")
        @Nullable
        private URI endpoint;

        Refresh(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() {
            String namespace = Optional.ofNullable(session.options().namespace)
                    .orElseThrow(() -> Problem.of(ConfigError.USAGE, "registry refresh needs a namespace")
                            .remedy("Name it with -n.")
                            .asException());
            List<CloudLogin> logins = new ArrayList<>(logins());
            for (String registry : registries) {
                logins.add(logins.get(0).at(registry));
            }
            ObjectRef ref = new ObjectRef(Kind.SECRET, namespace, secret);
            try (Cluster cluster = KubernetesCluster.connect(Optional.empty(), Optional.empty())) {
                new PullSecret(ref).put(cluster, logins);
            }
            answer(ref, logins);
            return 0;
        }

        private List<CloudLogin> logins() {
            return switch (provider) {
                case ecr -> new EcrLogins(Optional.ofNullable(region), Optional.ofNullable(endpoint)).fetch();
            };
        }

        private void answer(ObjectRef ref, List<CloudLogin> logins) {
            if (session.json()) {
                List<Map<String, String>> entries = new ArrayList<>();
                for (CloudLogin login : logins) {
                    Map<String, String> entry = new LinkedHashMap<>();
                    entry.put("registry", login.registry());
                    entry.put("secret", ref.name());
                    entry.put("namespace", ref.namespace());
                    entry.put("expires", login.expires().toString());
                    entries.add(entry);
                }
                session.printJson(entries);
            } else {
                logins.forEach(login -> session.print(ref + ": " + login));
            }
        }
    }
}
