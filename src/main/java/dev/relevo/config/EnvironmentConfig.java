package dev.relevo.config;

import java.util.List;

/**
 * A named target.
 *
 * @param name its name in relevo.yaml
 * @param cluster where it is
 * @param namespace the namespace that the app lives in
 * @param createNamespace whether a missing namespace is created
 * @param addons what the local environment is to run beside the app
 */
public record EnvironmentConfig(
        String name, ClusterTarget cluster, String namespace, boolean createNamespace, List<AddonConfig> addons) {
    public EnvironmentConfig {
        Checks.dnsLabel("namespace", namespace, 63);
        addons = List.copyOf(addons);
    }
}
