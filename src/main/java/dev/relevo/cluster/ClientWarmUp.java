package dev.relevo.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;

/**
 * Loads and initialises the client library. That takes a third of a command's time before its first request, and can be done
 * while the configuration is still being read.
 */
public final class ClientWarmUp {
    private static final String NOWHERE = """
            apiVersion: v1
            kind: Config
            clusters: [{name: none, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: none, user: {token: none}}]
            contexts: [{name: none, context: {cluster: none, user: none}}]
            current-context: none
            """;

    private ClientWarmUp() {}

    /** Nothing is sent. */
    public static void run() {
        Config config = Config.empty();
        KubeConfigUtils.merge(
                config, null, KubeConfigFile.parse(Path.of("none"), NOWHERE).model());
        // Nobody is asked, so that nobody needs to be trusted.
        config.setTrustCerts(true);
        try {
            ApiHttp.warmUp(config, new ServerAddress(config.getMasterUrl(), Optional.empty()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
