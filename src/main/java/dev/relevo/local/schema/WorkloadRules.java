package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectStore;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The kinds that make pods from a template and select them by labels.
 *
 * @param defaults of the kind
 * @param restartPolicies what its template may say
 * @param immutable fields of the specification that never change
 */
record WorkloadRules(Consumer<ObjectNode> defaults, List<String> restartPolicies, List<String> immutable)
        implements KindRules {
    @Override
    public void applyDefaults(ObjectNode object) {
        defaults.accept(object);
    }

    @Override
    public void prepare(Admission.Change change, ObjectStore store) {
        if (change.before().isEmpty() && change.type().hasStatus()) {
            change.after().putObject("status");
        }
    }

    @Override
    public void validate(Admission.Change change, FieldErrors errors) {
        JsonNode spec = change.after().path("spec");
        PodValidation.notNegative(spec, "replicas", "spec", errors);
        JsonNode selector = spec.path("selector");
        if (selector.isMissingNode()) {
            errors.required("spec.selector", "");
        } else if (selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty()) {
            errors.invalid("spec.selector", selector, "empty selector is invalid for " + describe(change));
        }
        JsonNode template = spec.path("template");
        if (template.isMissingNode()) {
            errors.required("spec.template", "");
        } else {
            template(selector, template, claims(spec), errors);
        }
        RollingUpdateValidation.check(change.type(), spec, errors);
        change.before().ifPresent(before -> immutable(before.path("spec"), spec, errors));
    }

    private static String describe(Admission.Change change) {
        return switch (change.type().kind()) {
            case "ReplicaSet" -> "deployment";
            case "StatefulSet" -> "statefulset";
            case "DaemonSet" -> "daemonset";
            default -> "deployment";
        };
    }

    private static Set<String> claims(JsonNode spec) {
        Set<String> names = new HashSet<>();
        spec.path("volumeClaimTemplates")
                .forEach(claim -> names.add(claim.at("/metadata/name").asText()));
        return names;
    }

    private void template(JsonNode selector, JsonNode template, Set<String> claims, FieldErrors errors) {
        JsonNode labels = template.path("metadata").path("labels");
        Names.labels(labels, "spec.template.labels", errors);
        if (selector.isMissingNode() || !LabelSelector.ofSelector(selector).matchesLabels(labels)) {
            errors.invalid(
                    "spec.template.metadata.labels",
                    labels.isMissingNode() ? template.deepCopy().path("none") : labels,
                    "`selector` does not match template `labels`");
        }
        PodValidation.spec(template.path("spec"), claims, "spec.template.spec", errors);
        JsonNode policy = template.path("spec").path("restartPolicy");
        if (!restartPolicies.contains(policy.asText())) {
            errors.notSupported("spec.template.spec.restartPolicy", policy, restartPolicies);
        }
    }

    private void immutable(JsonNode before, JsonNode after, FieldErrors errors) {
        for (String field : immutable) {
            JsonNode old = before.path(field);
            if (!old.isMissingNode() && !old.equals(after.path(field))) {
                errors.invalid("spec." + field, after.path(field), "field is immutable");
            }
        }
    }

    static Map<String, WorkloadRules> byKind() {
        List<String> always = List.of("Always");
        return Map.of(
                "Deployment", new WorkloadRules(WorkloadDefaults::deployment, always, List.of("selector")),
                "ReplicaSet", new WorkloadRules(WorkloadDefaults::replicaSet, always, List.of("selector")),
                "StatefulSet",
                        new WorkloadRules(
                                WorkloadDefaults::statefulSet,
                                always,
                                List.of("selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates")),
                "DaemonSet", new WorkloadRules(WorkloadDefaults::daemonSet, always, List.of("selector")));
    }
}
