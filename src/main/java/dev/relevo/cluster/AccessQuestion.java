package dev.relevo.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Whether the present user may do something, as Kubernetes' SelfSubjectAccessReview asks it.
 *
 * @param verb e.g. {@code create}
 * @param group of the resource, empty for the core group
 * @param resource plural, with its subresource behind a slash where one is meant: {@code pods/log}
 * @param namespace empty for what lives outside of namespaces
 * @param name of one object; empty for all
 */
public record AccessQuestion(String verb, String group, String resource, String namespace, String name) {
    public AccessQuestion {
        if (verb.isBlank() || resource.isBlank()) {
            throw new IllegalArgumentException("A question about access needs a verb and a resource");
        }
    }

    ObjectNode review() {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
        ObjectNode asked = review.putObject("spec").putObject("resourceAttributes");
        int slash = resource.indexOf('/');
        asked.put("verb", verb)
                .put("group", group)
                .put("resource", slash < 0 ? resource : resource.substring(0, slash));
        if (slash >= 0) {
            asked.put("subresource", resource.substring(slash + 1));
        }
        if (!namespace.isEmpty()) {
            asked.put("namespace", namespace);
        }
        if (!name.isEmpty()) {
            asked.put("name", name);
        }
        return review;
    }

    /** For people: {@code patch deployments.apps shop}. */
    @Override
    public String toString() {
        int slash = resource.indexOf('/');
        String plural = slash < 0 ? resource : resource.substring(0, slash);
        return verb + " " + plural + (group.isEmpty() ? "" : "." + group)
                + (slash < 0 ? "" : resource.substring(slash))
                + (name.isEmpty() ? "" : " " + name);
    }
}
