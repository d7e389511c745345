package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.report.Problem;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Optional;

/**
 * Makes kubeconfigs for service accounts, each with a token of its own that ends by itself (TokenRequest API). The server and
 * the trust in it are those of the kubeconfig that is used to ask.
 */
public final class KubeconfigIssuer implements AutoCloseable {
    /** The API server refuses less. */
    public static final Duration SHORTEST = Duration.ofMinutes(10);

    private final Config config;
    private final ApiConnection connection;

    private KubeconfigIssuer(Config config) {
        this.config = config;
        this.connection = KubernetesCluster.open(config, RetryPolicy.STANDARD);
    }

    /** The same cluster as {@link KubernetesCluster#connect}. No request is made yet. */
    public static KubeconfigIssuer connect(Optional<Path> kubeconfig, Optional<String> context) {
        return new KubeconfigIssuer(KubeConfigs.resolve(kubeconfig, context));
    }

    /**
     * Asks for a token.
     *
     * @param account the ServiceAccount
     * @param lifetime at least {@link #SHORTEST}; the server may give less, or more
     * @param context the name of the kubeconfig's only context
     * @param namespace the context's namespace
     * @throws dev.relevo.report.RelevoException with {@link ClusterError#NO_TOKEN} when there is no such account, or no right to
     *     ask
     */
    public IssuedKubeconfig issue(ObjectRef account, Duration lifetime, String context, String namespace) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
        body.putObject("spec").put("expirationSeconds", lifetime.toSeconds());
        ApiRequest request = ApiRequest.with(
                "POST",
                "/api/v1/namespaces/" + ApiPaths.encode(account.namespace()) + "/serviceaccounts/"
                        + ApiPaths.encode(account.name()) + "/token",
                "application/json",
                body,
                "ask for a token of " + account);
        ApiAnswer answer = connection.call(request);
        if (!answer.ok()) {
            throw refused(answer, request, account);
        }
        String token = answer.json().at("/status/token").asText("");
        if (token.isEmpty()) {
            throw Refusals.notKubernetes(connection.server(), "the answer to " + request.what() + " holds no token");
        }
        return new IssuedKubeconfig(
                tree(context, namespace, account.name(), token),
                connection.server().url(),
                expiry(answer.json().at("/status/expirationTimestamp")));
    }

    private RuntimeException refused(ApiAnswer answer, ApiRequest request, ObjectRef account) {
        return switch (answer.status()) {
            case 404 ->
                Problem.of(ClusterError.NO_TOKEN, "There is no " + account + " at " + connection.server())
                        .detail(answer.message())
                        .remedy("Create it (kubectl -n " + account.namespace() + " create serviceaccount "
                                + account.name() + "), or name another with --service-account.")
                        .asException();
            case 403 ->
                Problem.of(ClusterError.NO_TOKEN, "Not allowed to " + request.what() + " at " + connection.server())
                        .detail(answer.message())
                        .remedy("Use a context that may create serviceaccounts/token in " + account.namespace() + ".")
                        .asException();
            default -> Refusals.of(answer, request, connection.server());
        };
    }

    private static Optional<Instant> expiry(JsonNode timestamp) {
        try {
            return Optional.of(Instant.parse(timestamp.asText()));
        } catch (DateTimeParseException notTold) {
            return Optional.empty();
        }
    }

    private ObjectNode tree(String context, String namespace, String user, String token) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("apiVersion", "v1").put("kind", "Config").put("current-context", context);
        ObjectNode cluster =
                tree.putArray("clusters").addObject().put("name", context).putObject("cluster");
        cluster.put("server", connection.server().url());
        authority().ifPresent(data -> cluster.put("certificate-authority-data", data));
        if (config.getTlsServerName() != null) {
            cluster.put("tls-server-name", config.getTlsServerName());
        }
        if (config.isTrustCerts()) {
            cluster.put("insecure-skip-tls-verify", true);
        }
        tree.putArray("users").addObject().put("name", user).putObject("user").put("token", token);
        tree.putArray("contexts")
                .addObject()
                .put("name", context)
                .putObject("context")
                .put("cluster", context)
                .put("user", user)
                .put("namespace", namespace);
        return tree;
    }

    private Optional<String> authority() {
        if (config.getCaCertData() != null) {
            return Optional.of(config.getCaCertData());
        }
        if (config.getCaCertFile() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(config.getCaCertFile()))));
        } catch (IOException e) {
            throw Problem.of(ClusterError.TLS, "The authority [" + config.getCaCertFile() + "] cannot be read")
                    .detail(e.toString())
                    .remedy("Correct certificate-authority of this cluster in the kubeconfig.")
                    .asException(e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
