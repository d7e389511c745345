package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KnownKinds;
import dev.relevo.cluster.KubeObject;
import java.util.ArrayList;
import java.util.List;

/** What a kustomization does to all of its resources, in kustomize's order. */
final class KustomizeTransforms {
    private KustomizeTransforms() {}

    static List<Manifest> apply(JsonNode kustomization, List<Manifest> resources) {
        List<Manifest> done = each(
                resources,
                object -> namespace(object, kustomization.path("namespace").asText("")));
        done = KustomizeNames.apply(
                kustomization.path("namePrefix").asText(""),
                kustomization.path("nameSuffix").asText(""),
                done);
        done = each(done, object -> labels(object, kustomization));
        done = each(done, object -> annotations(object, kustomization.path("commonAnnotations")));
        done = each(done, object -> replicas(object, kustomization.path("replicas")));
        return each(done, object -> images(object, kustomization.path("images")));
    }

    private static List<Manifest> each(List<Manifest> items, java.util.function.UnaryOperator<KubeObject> change) {
        List<Manifest> changed = new ArrayList<>();
        items.forEach(item -> changed.add(new Manifest(change.apply(item.object()), item.source())));
        return changed;
    }

    private static KubeObject namespace(KubeObject object, String namespace) {
        if (namespace.isEmpty()) {
            return object;
        }
        if (object.kind().sameGroupAndName(Kind.NAMESPACE)) {
            return object.with(tree -> ((ObjectNode) tree.path("metadata")).put("name", namespace));
        }
        KubeObject placed = KnownKinds.namespaced(object.kind()) ? object.withNamespace(namespace) : object;
        return placed.with(tree -> tree.path("subjects").forEach(subject -> {
            if (subject.path("kind").asText().equals("ServiceAccount") && subject instanceof ObjectNode account) {
                account.put("namespace", namespace);
            }
        }));
    }

    private static KubeObject labels(KubeObject object, JsonNode kustomization) {
        KubeObject labelled = withLabels(object, kustomization.path("commonLabels"), true, true);
        for (JsonNode entry : kustomization.path("labels")) {
            boolean selectors = entry.path("includeSelectors").asBoolean(false);
            labelled = withLabels(
                    labelled,
                    entry.path("pairs"),
                    selectors,
                    selectors || entry.path("includeTemplates").asBoolean(false));
        }
        return labelled;
    }

    private static KubeObject withLabels(KubeObject object, JsonNode pairs, boolean selectors, boolean templates) {
        if (pairs.isEmpty()) {
            return object;
        }
        return object.with(tree -> {
            put(tree, "/metadata", "labels", pairs);
            boolean workload =
                    PodTemplates.podSpec(tree).isPresent() && !object.kind().equals(Kind.POD);
            if (templates && workload) {
                boolean cron = object.kind().name().equals("CronJob");
                if (cron) {
                    put(tree, "/spec/jobTemplate/metadata", "labels", pairs);
                }
                put(
                        tree,
                        cron ? "/spec/jobTemplate/spec/template/metadata" : "/spec/template/metadata",
                        "labels",
                        pairs);
            }
            if (selectors) {
                switch (object.kind().name()) {
                    case "Service", "ReplicationController" -> put(tree, "/spec", "selector", pairs);
                    case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet" ->
                        put(tree, "/spec/selector", "matchLabels", pairs);
                    case "PodDisruptionBudget" -> {
                        if (tree.at("/spec/selector/matchLabels").isObject()) {
                            put(tree, "/spec/selector", "matchLabels", pairs);
                        }
                    }
                    case "NetworkPolicy" -> {
                        if (tree.at("/spec/podSelector/matchLabels").isObject()) {
                            put(tree, "/spec/podSelector", "matchLabels", pairs);
                        }
                    }
                    default -> {
                        // Other kinds select no pods by labels.
                    }
                }
            }
        });
    }

    private static KubeObject annotations(KubeObject object, JsonNode pairs) {
        if (pairs.isEmpty()) {
            return object;
        }
        return object.with(tree -> {
            put(tree, "/metadata", "annotations", pairs);
            if (PodTemplates.podSpec(tree).isPresent() && !object.kind().equals(Kind.POD)) {
                boolean cron = object.kind().name().equals("CronJob");
                if (cron) {
                    put(tree, "/spec/jobTemplate/metadata", "annotations", pairs);
                }
                put(
                        tree,
                        cron ? "/spec/jobTemplate/spec/template/metadata" : "/spec/template/metadata",
                        "annotations",
                        pairs);
            }
        });
    }

    private static KubeObject replicas(KubeObject object, JsonNode wanted) {
        KubeObject changed = object;
        for (JsonNode entry : wanted) {
            if (object.name().equals(entry.path("name").asText())
                    && List.of("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
                            .contains(object.kind().name())) {
                changed = changed.with(tree -> ((ObjectNode) tree.path("spec")).set("replicas", entry.path("count")));
            }
        }
        return changed;
    }

    private static KubeObject images(KubeObject object, JsonNode wanted) {
        if (wanted.isEmpty()) {
            return object;
        }
        return object.with(tree -> PodTemplates.podSpec(tree)
                .ifPresent(spec -> PodTemplates.eachContainer(
                        spec, container -> wanted.forEach(entry -> image(container, entry)))));
    }

    private static void image(ObjectNode container, JsonNode entry) {
        String written = container.path("image").asText();
        String repository = PodTemplates.repositoryOf(written);
        if (!repository.equals(entry.path("name").asText())) {
            return;
        }
        String name = entry.path("newName").asText(repository);
        if (entry.has("digest")) {
            container.put("image", name + "@" + entry.path("digest").asText());
        } else if (entry.has("newTag")) {
            container.put("image", name + ":" + entry.path("newTag").asText());
        } else {
            container.put("image", name + written.substring(repository.length()));
        }
    }

    /** Puts pairs into the map {@code field} of the object at {@code parent}, making what is missing on the way. */
    private static void put(ObjectNode tree, String parent, String field, JsonNode pairs) {
        ObjectNode at = tree;
        for (String step : parent.substring(1).split("/", -1)) {
            at = at.get(step) instanceof ObjectNode child ? child : at.putObject(step);
        }
        ObjectNode map = at.get(field) instanceof ObjectNode found ? found : at.putObject(field);
        pairs.properties()
                .forEach(pair -> map.put(pair.getKey(), pair.getValue().asText()));
    }
}
