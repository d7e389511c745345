package dev.relevo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.AuthProviderConfig;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.api.model.ExecEnvVar;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A kubeconfig as the client library's model, with all that the library reads from it. Set value by value: to bind the model
 * by reflection takes longer than a request.
 */
final class KubeConfigModel {
    private KubeConfigModel() {}

    /** @throws IllegalArgumentException when a value has another type than its key; the message names the key only */
    static Config of(JsonNode tree) {
        Config config = new Config();
        config.setCurrentContext(text(tree, "current-context"));
        config.setClusters(each(tree, "clusters", entry -> {
            NamedCluster named = new NamedCluster();
            named.setName(text(entry, "name"));
            named.setCluster(part(entry, "cluster", KubeConfigModel::cluster));
            return named;
        }));
        config.setUsers(each(tree, "users", entry -> {
            NamedAuthInfo named = new NamedAuthInfo();
            named.setName(text(entry, "name"));
            named.setUser(part(entry, "user", KubeConfigModel::user));
            return named;
        }));
        config.setContexts(each(tree, "contexts", entry -> {
            NamedContext named = new NamedContext();
            named.setName(text(entry, "name"));
            named.setContext(part(entry, "context", KubeConfigModel::context));
            return named;
        }));
        return config;
    }

    private static Cluster cluster(JsonNode tree) {
        Cluster cluster = new Cluster();
        cluster.setServer(text(tree, "server"));
        cluster.setCertificateAuthority(text(tree, "certificate-authority"));
        cluster.setCertificateAuthorityData(text(tree, "certificate-authority-data"));
        cluster.setInsecureSkipTlsVerify(truth(tree, "insecure-skip-tls-verify"));
        cluster.setTlsServerName(text(tree, "tls-server-name"));
        cluster.setProxyUrl(text(tree, "proxy-url"));
        return cluster;
    }

    private static AuthInfo user(JsonNode tree) {
        AuthInfo user = new AuthInfo();
        user.setToken(text(tree, "token"));
        user.setUsername(text(tree, "username"));
        user.setPassword(text(tree, "password"));
        user.setClientCertificate(text(tree, "client-certificate"));
        user.setClientCertificateData(text(tree, "client-certificate-data"));
        user.setClientKey(text(tree, "client-key"));
        user.setClientKeyData(text(tree, "client-key-data"));
        user.setExec(part(tree, "exec", KubeConfigModel::exec));
        user.setAuthProvider(part(tree, "auth-provider", KubeConfigModel::provider));
        return user;
    }

    private static ExecConfig exec(JsonNode tree) {
        ExecConfig exec = new ExecConfig();
        exec.setApiVersion(text(tree, "apiVersion"));
        exec.setCommand(text(tree, "command"));
        exec.setArgs(each(tree, "args", KubeConfigModel::scalar));
        exec.setEnv(each(tree, "env", entry -> new ExecEnvVar(text(entry, "name"), text(entry, "value"))));
        return exec;
    }

    private static AuthProviderConfig provider(JsonNode tree) {
        Map<String, String> settings = new LinkedHashMap<>();
        tree.path("config").properties().forEach(entry -> settings.put(entry.getKey(), scalar(entry.getValue())));
        return new AuthProviderConfig(settings, text(tree, "name"));
    }

    private static Context context(JsonNode tree) {
        Context context = new Context();
        context.setCluster(text(tree, "cluster"));
        context.setUser(text(tree, "user"));
        context.setNamespace(text(tree, "namespace"));
        return context;
    }

    private static <T> @Nullable T part(JsonNode tree, String key, Function<JsonNode, T> read) {
        JsonNode value = tree.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        return read.apply(required(value.isObject(), key, value));
    }

    private static <T> List<T> each(JsonNode tree, String key, Function<JsonNode, T> read) {
        JsonNode values = tree.path(key);
        List<T> all = new ArrayList<>();
        required(values.isArray() || values.isMissingNode() || values.isNull(), key, values)
                .forEach(value -> all.add(read.apply(value)));
        return all;
    }

    private static @Nullable String text(JsonNode tree, String key) {
        JsonNode value = tree.path(key);
        return value.isMissingNode() || value.isNull()
                ? null
                : required(value.isValueNode(), key, value).asText();
    }

    private static String scalar(JsonNode value) {
        return required(value.isValueNode(), "a list", value).asText();
    }

    private static @Nullable Boolean truth(JsonNode tree, String key) {
        JsonNode value = tree.path(key);
        return value.isMissingNode() || value.isNull()
                ? null
                : required(value.isBoolean(), key, value).asBoolean();
    }

    private static JsonNode required(boolean right, String key, JsonNode value) {
        if (!right) {
            throw new IllegalArgumentException(key + " is " + value.getNodeType());
        }
        return value;
    }
}
