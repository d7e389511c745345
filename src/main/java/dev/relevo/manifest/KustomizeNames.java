package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.KubeObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Prefix and suffix of names, and the references that follow them. */
final class KustomizeNames {
    /** Objects whose names mean something outside of the kustomization. */
    private static final Set<String> KEPT = Set.of("Namespace", "CustomResourceDefinition", "APIService");

    private final String prefix;
    private final String suffix;
    /** {@code Kind/name} of everything that is renamed. */
    private final Set<String> renamed = new HashSet<>();

    private KustomizeNames(String prefix, String suffix) {
        this.prefix = prefix;
        this.suffix = suffix;
    }

    static List<Manifest> apply(String prefix, String suffix, List<Manifest> resources) {
        if (prefix.isEmpty() && suffix.isEmpty()) {
            return resources;
        }
        KustomizeNames names = new KustomizeNames(prefix, suffix);
        resources.stream()
                .map(Manifest::object)
                .filter(object -> !KEPT.contains(object.kind().name()))
                .forEach(object -> names.renamed.add(object.kind().name() + "/" + object.name()));
        List<Manifest> done = new ArrayList<>();
        resources.forEach(item -> done.add(new Manifest(names.rename(item.object()), item.source())));
        return done;
    }

    private KubeObject rename(KubeObject object) {
        return object.with(tree -> {
            if (!KEPT.contains(object.kind().name())) {
                name(object.kind().name(), tree.path("metadata"), "name");
            }
            PodTemplates.podSpec(tree).ifPresent(this::podSpec);
            JsonNode spec = tree.path("spec");
            name(spec.at("/scaleTargetRef/kind").asText(), spec.path("scaleTargetRef"), "name");
            name("Service", spec, "serviceName");
            name("Service", spec.at("/defaultBackend/service"), "name");
            for (JsonNode rule : spec.path("rules")) {
                rule.at("/http/paths").forEach(path -> name("Service", path.at("/backend/service"), "name"));
                rule.path("backendRefs")
                        .forEach(backend -> name(backend.path("kind").asText("Service"), backend, "name"));
            }
            spec.path("tls").forEach(entry -> name("Secret", entry, "secretName"));
            name(tree.at("/roleRef/kind").asText(), tree.path("roleRef"), "name");
            tree.path("subjects").forEach(subject -> name(subject.path("kind").asText(), subject, "name"));
        });
    }

    private void podSpec(ObjectNode spec) {
        ConfigReferences.names(spec).stream()
                .filter(name -> renamed.contains("ConfigMap/" + name))
                .forEach(name -> ConfigReferences.rename(spec, name, prefix + name + suffix));
        name("ServiceAccount", spec, "serviceAccountName");
        spec.path("imagePullSecrets").forEach(secret -> name("Secret", secret, "name"));
        for (JsonNode volume : spec.path("volumes")) {
            name("Secret", volume.path("secret"), "secretName");
            name("PersistentVolumeClaim", volume.path("persistentVolumeClaim"), "claimName");
            volume.at("/projected/sources").forEach(source -> name("Secret", source.path("secret"), "name"));
        }
        PodTemplates.eachContainer(spec, container -> {
            container.path("env").forEach(variable -> name("Secret", variable.at("/valueFrom/secretKeyRef"), "name"));
            container.path("envFrom").forEach(source -> name("Secret", source.path("secretRef"), "name"));
        });
    }

    private void name(String kind, JsonNode holder, String field) {
        if (holder instanceof ObjectNode object
                && object.path(field).isTextual()
                && renamed.contains(kind + "/" + object.path(field).asText())) {
            object.put(field, prefix + object.path(field).asText() + suffix);
        }
    }
}
