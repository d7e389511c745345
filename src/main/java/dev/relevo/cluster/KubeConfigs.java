package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.relevo.report.Problem;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds the cluster's address and credentials in the usual order: the given file, KUBECONFIG (several files are merged),
 * ~/.kube/config, the pod's own service account. Reading and credentials are the client library's; what is checked here are the
 * cases that it passes over in silence.
 */
final class KubeConfigs {
    private KubeConfigs() {}

    /**
     * The client configuration.
     *
     * @throws dev.relevo.report.RelevoException when there is no kubeconfig or no such context in it
     */
    static Config resolve(Optional<Path> kubeconfig, Optional<String> context) {
        Config config;
        if (kubeconfig.isPresent()) {
            Path file = kubeconfig.get();
            if (!Files.isRegularFile(file)) {
                throw Problem.of(ClusterError.NO_KUBECONFIG, "There is no kubeconfig at [" + file + "]")
                        .remedy("Correct kubeconfig of this environment, or leave it out to use KUBECONFIG.")
                        .asException();
            }
            config = merged(List.of(file), context);
        } else {
            List<Path> files = usualFiles();
            if (!files.isEmpty()) {
                config = merged(files, context);
                Config.configFromSysPropsOrEnvVars(config);
                if (config.getOauthToken() != null) {
                    config.setOauthTokenProvider(null);
                }
            } else if (context.isPresent()) {
                throw none("There is no kubeconfig that could have the context [" + context.get() + "]");
            } else if (!Files.isReadable(Path.of(Config.KUBERNETES_SERVICE_ACCOUNT_TOKEN_PATH))) {
                throw none("There is no kubeconfig, and this is not a pod of a cluster");
            } else {
                config = Config.autoConfigure(null);
            }
        }
        // Repeating is done here, where it is known which requests are safe to repeat.
        config.setRequestRetryBackoffLimit(0);
        config.setConnectionTimeout(5_000);
        // One connection per watch: a stream that is cancelled or breaks takes no other request with it.
        config.setHttp2Disable(true);
        config.setUserAgent("relevo");
        return config;
    }

    private static List<Path> usualFiles() {
        return Config.getKubeconfigFilenames().stream()
                .map(File::new)
                .filter(file -> file.isFile() && file.length() > 0)
                .map(File::toPath)
                .toList();
    }

    private static Config merged(List<Path> files, Optional<String> context) {
        Config config = read(files, context);
        if (config.getAuthProvider() == null) {
            config.setOauthTokenProvider(
                    new RenewedToken(token(config), () -> token(read(files, context)), Instant::now));
        }
        return config;
    }

    private static String token(Config config) {
        return Optional.ofNullable(config.getAutoOAuthToken()).orElse("");
    }

    private static Config read(List<Path> files, Optional<String> context) {
        List<KubeConfigFile> read = files.stream().map(KubeConfigFile::read).toList();
        checkContext(files, read, context);
        Config config = Config.empty();
        KubeConfigUtils.merge(
                config,
                context.orElse(null),
                read.stream().map(KubeConfigFile::model).toArray(io.fabric8.kubernetes.api.model.Config[]::new));
        addWhatTheLibraryPassesOver(config, read);
        return config;
    }

    /** A token that is kept in a file, and the user as whom things are to be done. */
    private static void addWhatTheLibraryPassesOver(Config config, List<KubeConfigFile> files) {
        if (config.getCurrentContext() == null) {
            return;
        }
        String name = config.getCurrentContext().getContext().getUser();
        JsonNode user = files.stream()
                .flatMap(file -> file.user(name).stream())
                .findFirst()
                .orElseGet(MissingNode::getInstance);
        String tokenFile = user.path("tokenFile").asText("");
        if (!tokenFile.isEmpty()) {
            config.setAutoOAuthToken(tokenIn(Path.of(tokenFile)));
        }
        String as = user.path("as").asText("");
        if (!as.isEmpty()) {
            List<String> groups = new ArrayList<>();
            user.path("as-groups").forEach(group -> groups.add(group.asText()));
            config.setImpersonateUsername(as);
            config.setImpersonateGroups(groups.toArray(String[]::new));
        }
    }

    private static String tokenIn(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw Problem.of(ClusterError.NO_KUBECONFIG, "The token file [" + file + "] cannot be read")
                    .remedy("Correct tokenFile of this user in the kubeconfig, or make the file readable.")
                    .asException(e);
        }
    }

    private static void checkContext(List<Path> files, List<KubeConfigFile> contents, Optional<String> wanted) {
        TreeSet<String> known = new TreeSet<>();
        Optional<String> current = Optional.empty();
        for (KubeConfigFile file : contents) {
            JsonNode tree = file.tree();
            for (JsonNode entry : tree.path("contexts")) {
                known.add(entry.path("name").asText());
            }
            String named = tree.path("current-context").asText("");
            if (current.isEmpty() && !named.isBlank()) {
                current = Optional.of(named);
            }
        }
        Optional<String> chosen = wanted.isPresent() ? wanted : current;
        if (chosen.isEmpty()) {
            throw Problem.of(ClusterError.UNKNOWN_CONTEXT, "The kubeconfig " + files + " has no current context")
                    .detail("Its contexts: " + known)
                    .remedy("Name one as context of this environment in relevo.yaml.")
                    .asException();
        }
        if (!known.contains(chosen.get())) {
            throw Problem.of(
                            ClusterError.UNKNOWN_CONTEXT,
                            "The kubeconfig " + files + " has no context [" + chosen.get() + "]")
                    .detail("Its contexts: " + known)
                    .remedy("Correct context of this environment, or choose another kubeconfig.")
                    .asException();
        }
    }

    private static RuntimeException none(String fact) {
        return Problem.of(ClusterError.NO_KUBECONFIG, fact)
                .detail("Looked at: " + Config.getKubeconfigFilenames())
                .remedy("Set KUBECONFIG, or kubeconfig of this environment in relevo.yaml.")
                .asException();
    }
}
