package dev.relevo.manifest;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The configuration that an app runs with now. */
public final class CurrentConfig {
    private CurrentConfig() {}

    /**
     * The app's ConfigMap that its live Deployment refers to; when none does, the newest one of that name.
     *
     * @param name the name that manifests use
     */
    public static Optional<KubeObject> find(Cluster cluster, String app, String namespace, String name) {
        Map<String, String> own = Map.of(Injection.APP_LABEL, app);
        List<KubeObject> candidates = cluster.list(Kind.CONFIG_MAP, namespace, own).items().stream()
                .filter(map -> map.annotation(ConfigMapObject.NAME_ANNOTATION)
                        .filter(name::equals)
                        .isPresent())
                .toList();
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        Set<String> used = new LinkedHashSet<>();
        cluster.list(Kind.DEPLOYMENT, namespace, own)
                .items()
                .forEach(deployment -> used.addAll(referencedBy(deployment)));
        return candidates.stream()
                .filter(map -> used.contains(map.name()))
                .findFirst()
                .or(() -> candidates.stream()
                        .max(Comparator.comparing(
                                map -> map.at("/metadata/creationTimestamp").asText(""))));
    }

    /** The names of all ConfigMaps that a workload's pods refer to. */
    public static Set<String> referencedBy(KubeObject workload) {
        return PodTemplates.podSpec(workload).map(ConfigReferences::names).orElse(Set.of());
    }
}
