package dev.relevo.cli.command;

import dev.relevo.cli.console.Masker;
import dev.relevo.cluster.IssuedKubeconfig;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeconfigIssuer;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.ClusterTarget;
import dev.relevo.config.ConfigError;
import dev.relevo.config.Durations;
import dev.relevo.config.EnvironmentConfig;
import dev.relevo.config.RelevoConfig;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A kubeconfig for those who deploy from outside of the cluster. */
@Command(
        name = "kubeconfig",
        description = {
            "Makes a kubeconfig for the deploy identity of an environment, with a token that ends by itself.",
            "Without --out it is shown with its token hidden."
        })
final class KubeconfigCommand implements Callable<Integer> {
    private static final String STDOUT = "-";
    private static final Duration LONGEST = Duration.ofDays(30);

    private final Session session;

    @Option(
            names = "--service-account",
            paramLabel = "[NAMESPACE/]NAME",
            defaultValue = "relevo-deployer",
            description = "Whose token it is; in the environment's namespace unless it names another."
                    + " Default: ${DEFAULT-VALUE}.")
    private String account = "";

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "24h",
            description = "How long the token lasts, 10m to 720h; the cluster may cut it. Default: ${DEFAULT-VALUE}.")
    private String duration = "";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write it to this file, which only you can read; - prints it, token included.")
    @Nullable
    private String out;

    KubeconfigCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Duration lifetime = lifetime();
        if (session.json() && STDOUT.equals(out)) {
            throw Problem.of(ConfigError.USAGE, "--json and --out - cannot both be printed")
                    .remedy("Name a file with --out, or leave --json out.")
                    .asException();
        }
        RelevoConfig config = session.load().config();
        EnvironmentConfig environment = config.environment();
        ObjectRef identity = identity(environment.namespace());
        try (KubeconfigIssuer issuer = issuer(config)) {
            IssuedKubeconfig issued = issuer.issue(identity, lifetime, context(environment), environment.namespace());
            warnOfAnotherLifetime(issued, lifetime);
            answer(issued, identity);
        }
        return 0;
    }

    private Duration lifetime() {
        return Durations.parse(duration)
                .filter(time -> time.compareTo(KubeconfigIssuer.SHORTEST) >= 0 && time.compareTo(LONGEST) <= 0)
                .orElseThrow(() -> Problem.of(
                                ConfigError.USAGE, "--duration is [" + duration + "]; expected 10m to 720h, e.g. 24h")
                        .remedy("Tokens are meant to be renewed: make a new kubeconfig before the old one ends.")
                        .asException());
    }

    private ObjectRef identity(String namespace) {
        int slash = account.indexOf('/');
        String in = slash < 0 ? namespace : account.substring(0, slash);
        String name = account.substring(slash + 1);
        if (in.isBlank() || name.isBlank() || name.contains("/")) {
            throw Problem.of(
                            ConfigError.USAGE,
                            "--service-account is [" + account + "]; expected NAME or NAMESPACE/NAME")
                    .remedy("Write for example --service-account devops-tools/relevo-deployer.")
                    .asException();
        }
        return new ObjectRef(new Kind("v1", "ServiceAccount"), in, name);
    }

    private KubeconfigIssuer issuer(RelevoConfig config) {
        if (config.environment().cluster() instanceof ClusterTarget.Remote remote) {
            Optional<Path> kubeconfig =
                    remote.kubeconfig().map(path -> session.project().resolve(path));
            return KubeconfigIssuer.connect(kubeconfig, remote.context());
        }
        LocalTarget local = LocalTarget.running(session, config);
        return KubeconfigIssuer.connect(Optional.of(local.kubeconfig()), Optional.empty());
    }

    /** The context that relevo.yaml asks for, so that the file serves where the asker's own one did. */
    private static String context(EnvironmentConfig environment) {
        return environment.cluster() instanceof ClusterTarget.Remote remote
                ? remote.context().orElse(environment.name())
                : environment.name();
    }

    private void warnOfAnotherLifetime(IssuedKubeconfig issued, Duration asked) {
        // A minute for clocks that differ.
        Instant expected = Instant.now().plus(asked).minusSeconds(60);
        issued.expires()
                .filter(expected::isAfter)
                .ifPresent(end -> session.events()
                        .emit(new Event.Warning(
                                "The cluster gives the token until " + end + ", less than the "
                                        + Durations.format(asked) + " that were asked for",
                                "Renew it before that.")));
    }

    private void answer(IssuedKubeconfig issued, ObjectRef identity) {
        String until = issued.expires().map(end -> ", until " + end).orElse("");
        if (out == null) {
            if (!session.json()) {
                session.print(List.of(issued.masked(Masker.MASK).stripTrailing()));
            }
            session.events()
                    .emit(new Event.Info("The token is hidden: --out FILE writes the kubeconfig to a file, --out -"
                            + " prints it whole"));
        } else if (STDOUT.equals(out)) {
            session.print(List.of(issued.text().stripTrailing()));
        } else {
            Path file = session.streams().folder().resolve(out);
            issued.write(file);
            session.events().emit(new Event.Info("A token of " + identity + until));
            if (!session.json()) {
                session.print(file.toString());
            }
        }
        if (session.json()) {
            session.printJson(document(issued, identity));
        }
    }

    private Map<String, Object> document(IssuedKubeconfig issued, ObjectRef identity) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(
                "file",
                out == null ? "" : session.streams().folder().resolve(out).toString());
        document.put("server", issued.server());
        document.put("namespace", identity.namespace());
        document.put("serviceAccount", identity.name());
        document.put("expires", issued.expires().map(Instant::toString).orElse(""));
        return document;
    }
}
