package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.access.Action;
import dev.relevo.local.access.ServiceAccountTokens;
import dev.relevo.local.access.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers who somebody is and what he may do. */
final class Reviews {
    private static final String AUTHORIZATION = "authorization.k8s.io/v1";
    private static final String AUTHENTICATION = "authentication.k8s.io/v1";
    static final List<Discovery.Virtual> VIRTUALS = List.of(
            new Discovery.Virtual(AUTHENTICATION, "SelfSubjectReview", "selfsubjectreviews", false),
            new Discovery.Virtual(AUTHENTICATION, "TokenReview", "tokenreviews", false),
            new Discovery.Virtual(AUTHORIZATION, "LocalSubjectAccessReview", "localsubjectaccessreviews", true),
            new Discovery.Virtual(AUTHORIZATION, "SelfSubjectAccessReview", "selfsubjectaccessreviews", false),
            new Discovery.Virtual(AUTHORIZATION, "SelfSubjectRulesReview", "selfsubjectrulesreviews", false),
            new Discovery.Virtual(AUTHORIZATION, "SubjectAccessReview", "subjectaccessreviews", false));

    private final ServiceAccountTokens tokens;

    Reviews(ServiceAccountTokens tokens) {
        this.tokens = tokens;
    }

    /** The answer, when the path is one of a review. */
    Optional<ApiResponse> answer(ApiRequest request) {
        for (Discovery.Virtual virtual : VIRTUALS) {
            String root = "/apis/" + virtual.apiVersion() + "/";
            boolean meant = virtual.namespaced()
                    ? request.path().matches(root + "namespaces/[^/]+/" + virtual.plural())
                    : request.path().equals(root + virtual.plural());
            if (meant) {
                if (!request.method().equals("POST")) {
                    throw Resources.methodNotAllowed();
                }
                ObjectNode review = Bodies.object(request);
                review.put("kind", virtual.kind()).put("apiVersion", virtual.apiVersion());
                review.withObjectProperty("metadata");
                fill(request, virtual.kind(), review.path("spec"), review.putObject("status"));
                return Optional.of(ApiResponse.json(201, review));
            }
        }
        return Optional.empty();
    }

    private void fill(ApiRequest request, String kind, JsonNode spec, ObjectNode status) {
        Access access = request.access();
        switch (kind) {
            case "SelfSubjectReview" -> describe(access.user(), status.putObject("userInfo"));
            case "TokenReview" -> {
                Optional<User> user = tokens.verify(spec.path("token").asText());
                user.ifPresentOrElse(
                        known -> {
                            describe(known, status.put("authenticated", true).putObject("user"));
                            status.putArray("audiences").add(ServiceAccountTokens.ISSUER);
                        },
                        () -> status.put("error", "invalid bearer token"));
            }
            case "SelfSubjectRulesReview" ->
                rules(access, spec.path("namespace").asText(""), status);
            case "SelfSubjectAccessReview" -> decide(access, spec, status);
            default -> decide(new Access(subject(spec), access.rbac()), spec, status);
        }
    }

    private static void describe(User user, ObjectNode info) {
        info.put("username", user.name());
        if (!user.uid().isEmpty()) {
            info.put("uid", user.uid());
        }
        user.groups().forEach(info.putArray("groups")::add);
    }

    private static User subject(JsonNode spec) {
        List<String> groups = new ArrayList<>();
        spec.path("groups").forEach(group -> groups.add(group.asText()));
        return new User(
                spec.path("user").asText("system:anonymous"), spec.path("uid").asText(""), groups);
    }

    private static void decide(Access access, JsonNode spec, ObjectNode status) {
        JsonNode resource = spec.path("resourceAttributes");
        JsonNode path = spec.path("nonResourceAttributes");
        Action action = resource.isObject()
                ? new Action.OnResource(
                        resource.path("verb").asText(""),
                        resource.path("group").asText(""),
                        resource.path("resource").asText(""),
                        resource.path("subresource").asText(""),
                        resource.path("namespace").asText(""),
                        resource.path("name").asText(""))
                : new Action.OnPath(
                        path.path("verb").asText(""), path.path("path").asText(""));
        Optional<String> reason = access.allowed(action);
        status.put("allowed", reason.isPresent());
        reason.filter(text -> !text.isEmpty()).ifPresent(text -> status.put("reason", text));
    }

    private static void rules(Access access, String namespace, ObjectNode status) {
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode paths = status.putArray("nonResourceRules");
        if (access.user().groups().contains(User.MASTERS)) {
            ObjectNode rule = resources.addObject();
            rule.putArray("verbs").add("*");
            rule.putArray("apiGroups").add("*");
            rule.putArray("resources").add("*");
            ObjectNode path = paths.addObject();
            path.putArray("verbs").add("*");
            path.putArray("nonResourceURLs").add("*");
        }
        for (JsonNode rule : access.rbac().rules(access.user(), namespace)) {
            (rule.has("nonResourceURLs") ? paths : resources).add(rule);
        }
        status.put("incomplete", false);
    }
}
