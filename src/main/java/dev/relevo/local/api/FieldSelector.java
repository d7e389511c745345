package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which fields an object must have: equalities and inequalities on the few fields that a kind offers.
 *
 * @param terms all must hold
 */
record FieldSelector(List<Term> terms) {
    private static final Map<String, Set<String>> BY_KIND = Map.of(
            "Pod",
                    Set.of(
                            "spec.nodeName",
                            "spec.restartPolicy",
                            "spec.schedulerName",
                            "spec.serviceAccountName",
                            "spec.hostNetwork",
                            "status.phase",
                            "status.podIP",
                            "status.nominatedNodeName"),
            "Event",
                    Set.of(
                            "involvedObject.kind",
                            "involvedObject.namespace",
                            "involvedObject.name",
                            "involvedObject.uid",
                            "involvedObject.apiVersion",
                            "involvedObject.resourceVersion",
                            "involvedObject.fieldPath",
                            "reason",
                            "reportingComponent",
                            "reportingController",
                            "regarding.kind",
                            "regarding.namespace",
                            "regarding.name",
                            "regarding.uid",
                            "regarding.apiVersion",
                            "regarding.resourceVersion",
                            "regarding.fieldPath",
                            "source",
                            "type"),
            "Secret", Set.of("type"),
            "Namespace", Set.of("status.phase"),
            "ReplicaSet", Set.of("status.replicas"),
            "ReplicationController", Set.of("status.replicas"),
            "Job", Set.of("status.successful"),
            "Node", Set.of("spec.unschedulable"),
            "Service", Set.of("spec.clusterIP", "spec.type"));

    record Term(String field, boolean equal, String value) {}

    FieldSelector {
        terms = List.copyOf(terms);
    }

    /**
     * @throws ApiError 400 when it cannot be read or names a field that the kind does not offer
     */
    static FieldSelector parse(String text, ResourceType type) {
        List<Term> terms = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (part.isBlank()) {
                continue;
            }
            int at = part.indexOf('=');
            if (at < 1) {
                throw ApiError.badRequest("invalid selector: '" + text + "'; can't understand '" + part + "'");
            }
            boolean equal = part.charAt(at - 1) != '!';
            String field = part.substring(0, equal ? at : at - 1);
            String value = part.substring(part.startsWith("==", at) ? at + 2 : at + 1);
            boolean known = field.equals("metadata.name")
                    || (field.equals("metadata.namespace") && type.namespaced())
                    || BY_KIND.getOrDefault(type.kind(), Set.of()).contains(field);
            if (!known) {
                throw unknown(field, type);
            }
            terms.add(new Term(field, equal, value));
        }
        return new FieldSelector(terms);
    }

    private static ApiError unknown(String field, ResourceType type) {
        return ApiError.badRequest(
                BY_KIND.containsKey(type.kind())
                        ? "field label not supported: " + field
                        : "\"" + field + "\" is not a known field selector: only \"metadata.name\","
                                + " \"metadata.namespace\"");
    }

    boolean matches(JsonNode object) {
        for (Term term : terms) {
            JsonNode value = object;
            for (String name : term.field().split("\\.")) {
                value = value.path(name);
            }
            if (value.asText("").equals(term.value()) != term.equal()) {
                return false;
            }
        }
        return true;
    }

    boolean isEmpty() {
        return terms.isEmpty();
    }
}
