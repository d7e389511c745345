package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** What may be done: everything, for whoever has the token. */
final class Reviews {
    static final List<Discovery.Virtual> VIRTUALS = List.of(
            new Discovery.Virtual("authentication.k8s.io/v1", "SelfSubjectReview", "selfsubjectreviews"),
            new Discovery.Virtual("authorization.k8s.io/v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews"),
            new Discovery.Virtual("authorization.k8s.io/v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews"),
            new Discovery.Virtual("authorization.k8s.io/v1", "SubjectAccessReview", "subjectaccessreviews"));
    private static final String USER = "local-admin";
    private static final String GROUP = "system:masters";

    private Reviews() {}

    /** The answer, when the path is one of a review. */
    static Optional<ApiResponse> answer(ApiRequest request) {
        for (Discovery.Virtual virtual : VIRTUALS) {
            if (request.path().equals("/apis/" + virtual.apiVersion() + "/" + virtual.plural())) {
                if (!request.method().equals("POST")) {
                    throw Resources.methodNotAllowed();
                }
                ObjectNode review = Bodies.object(request);
                review.put("kind", virtual.kind()).put("apiVersion", virtual.apiVersion());
                review.withObjectProperty("metadata");
                fill(virtual.kind(), review.putObject("status"));
                return Optional.of(ApiResponse.json(201, review));
            }
        }
        return Optional.empty();
    }

    private static void fill(String kind, ObjectNode status) {
        switch (kind) {
            case "SelfSubjectReview" -> {
                ObjectNode user = status.putObject("userInfo").put("username", USER);
                user.putArray("groups").add(GROUP).add("system:authenticated");
            }
            case "SelfSubjectRulesReview" -> {
                ObjectNode rule = status.putArray("resourceRules").addObject();
                rule.putArray("verbs").add("*");
                rule.putArray("apiGroups").add("*");
                rule.putArray("resources").add("*");
                ObjectNode paths = status.putArray("nonResourceRules").addObject();
                paths.putArray("verbs").add("*");
                paths.putArray("nonResourceURLs").add("*");
                status.put("incomplete", false);
            }
            default -> status.put("allowed", true).put("reason", "the local environment does not enforce RBAC");
        }
    }
}
