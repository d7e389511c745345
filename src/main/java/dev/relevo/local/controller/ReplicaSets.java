package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the Deployment controller asks about ReplicaSets. */
final class ReplicaSets {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    static final String MAXIMUM = "deployment.kubernetes.io/max-replicas";

    /** Annotations of a Deployment that its ReplicaSets do not get. */
    static final Set<String> NOT_COPIED = Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            REVISION,
            REVISION_HISTORY,
            DESIRED,
            MAXIMUM,
            "deprecated.deployment.rollback.to");

    static final Comparator<ObjectNode> OLDEST_FIRST = Comparator.<ObjectNode, Instant>comparing(Meta::created)
            .thenComparing(ReplicaSets::revision)
            .thenComparing(Meta::name);

    private ReplicaSets() {}

    static int replicas(JsonNode set) {
        return set.path("spec").path("replicas").asInt(0);
    }

    static int status(JsonNode set, String field) {
        return set.path("status").path(field).asInt(0);
    }

    static int sum(List<ObjectNode> sets) {
        return sets.stream().mapToInt(ReplicaSets::replicas).sum();
    }

    static int sumStatus(List<ObjectNode> sets, String field) {
        return sets.stream().mapToInt(set -> status(set, field)).sum();
    }

    static long revision(JsonNode set) {
        String revision = Meta.annotation(set, REVISION);
        return revision.matches("[0-9]{1,18}") ? Long.parseLong(revision) : 0;
    }

    /** The ReplicaSet whose template is the Deployment's, the oldest if there are several. */
    static Optional<ObjectNode> current(JsonNode deployment, List<ObjectNode> sets) {
        JsonNode template = deployment.path("spec").path("template");
        return sets.stream()
                .sorted(OLDEST_FIRST)
                .filter(set -> TemplateHash.same(set.path("spec").path("template"), template))
                .findFirst();
    }

    static int annotated(JsonNode set, String annotation, int otherwise) {
        String value = Meta.annotation(set, annotation);
        return value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : otherwise;
    }
}
