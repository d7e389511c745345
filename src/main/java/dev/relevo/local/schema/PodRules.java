package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Pods: what admission adds to a new one, and the little that may change in an old one. */
final class PodRules implements KindRules {
    private static final int EVICTION_SECONDS = 300;

    @Override
    public void applyDefaults(ObjectNode pod) {
        PodDefaults.pod(pod);
    }

    @Override
    public void prepare(Admission.Change change, ObjectStore store) {
        if (change.before().isPresent()) {
            return;
        }
        ObjectNode pod = change.after();
        ObjectNode spec = Fields.child(pod, "spec");
        secure(pod, spec, store);
        Fields.orElseIfEmpty(spec, "serviceAccountName", "default");
        spec.set("serviceAccount", spec.get("serviceAccountName"));
        Fields.orElse(spec, "priority", 0);
        Fields.orElse(spec, "preemptionPolicy", "PreemptLowerPriority");
        tolerate(spec, "node.kubernetes.io/not-ready");
        tolerate(spec, "node.kubernetes.io/unreachable");
        pod.putObject("status").put("phase", "Pending").put("qosClass", qualityOfService(spec));
    }

    private static void secure(ObjectNode pod, ObjectNode spec, ObjectStore store) {
        JsonNode metadata = pod.path("metadata");
        Optional<ObjectNode> namespace = store.get(
                ResourceTypes.NAMESPACE.key("", metadata.path("namespace").asText()));
        String violation =
                namespace.map(found -> PodSecurity.violation(found, spec)).orElse("");
        if (!violation.isEmpty()) {
            throw ApiError.forbidden(ResourceTypes.POD, metadata.path("name").asText(), violation, List.of());
        }
    }

    private static void tolerate(ObjectNode spec, String taint) {
        for (JsonNode toleration : spec.path("tolerations")) {
            String key = toleration.path("key").asText("");
            if (key.equals(taint) || key.isEmpty()) {
                return;
            }
        }
        ArrayNode tolerations =
                spec.get("tolerations") instanceof ArrayNode present ? present : spec.putArray("tolerations");
        tolerations
                .addObject()
                .put("key", taint)
                .put("operator", "Exists")
                .put("effect", "NoExecute")
                .put("tolerationSeconds", EVICTION_SECONDS);
    }

    /** Guaranteed: all limits set and equal to the requests; best effort: none of either; else burstable. */
    private static String qualityOfService(ObjectNode spec) {
        boolean any = false;
        boolean guaranteed = true;
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : spec.path(list)) {
                JsonNode limits = container.path("resources").path("limits");
                JsonNode requests = container.path("resources").path("requests");
                any |= !limits.isEmpty() || !requests.isEmpty();
                guaranteed &= limits.has("cpu") && limits.has("memory") && limits.equals(requests);
            }
        }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    @Override
    public void validate(Admission.Change change, FieldErrors errors) {
        JsonNode spec = change.after().path("spec");
        PodValidation.spec(spec, "spec", errors);
        change.before().ifPresent(before -> unchanged(before.path("spec"), spec, errors));
    }

    private static final Set<String> CHANGEABLE = Set.of(
            "activeDeadlineSeconds", "tolerations", "nodeName", "schedulingGates", "terminationGracePeriodSeconds");

    private static void unchanged(JsonNode before, JsonNode after, FieldErrors errors) {
        ObjectNode left = comparable(before);
        ObjectNode right = comparable(after);
        if (!left.equals(right)) {
            Set<String> fields = new TreeSet<>();
            left.properties().forEach(field -> {
                if (!field.getValue().equals(right.get(field.getKey()))) {
                    fields.add(field.getKey());
                }
            });
            right.fieldNames().forEachRemaining(field -> {
                if (!left.has(field)) {
                    fields.add(field);
                }
            });
            errors.forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only"
                            + " additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be"
                            + " set to 1 if it was previously negative)\n  changed: " + String.join(", ", fields));
        }
    }

    private static ObjectNode comparable(JsonNode spec) {
        ObjectNode copy = spec.deepCopy();
        copy.remove(CHANGEABLE);
        for (String list : new String[] {"initContainers", "containers"}) {
            Fields.objects(copy, list).forEach(container -> container.remove("image"));
        }
        return copy;
    }
}
