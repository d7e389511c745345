package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.access.ServiceAccountTokens;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Issues tokens for service accounts. */
final class TokenRequests {
    private static final long DEFAULT_SECONDS = 3600;
    private static final long LEAST_SECONDS = 600;
    private static final long MOST_SECONDS = 1L << 32;
    private static final ResourceType TOKEN_REQUEST = new ResourceType(
            "authentication.k8s.io",
            "v1",
            "TokenRequest",
            "tokenrequests",
            "tokenrequest",
            List.of(),
            true,
            List.of(),
            false,
            false);

    private final ObjectStore store;
    private final ServiceAccountTokens tokens;

    TokenRequests(ObjectStore store, ServiceAccountTokens tokens) {
        this.store = store;
        this.tokens = tokens;
    }

    ApiResponse handle(ApiRequest request, ResourcePath path) {
        if (!request.method().equals("POST")) {
            throw Resources.methodNotAllowed();
        }
        ObjectNode asked = Bodies.object(request);
        ObjectNode account = store.get(path.key()).orElseThrow(() -> ApiError.notFound(path.key()));
        ObjectNode spec = asked.withObjectProperty("spec");
        if (!spec.has("expirationSeconds")) {
            spec.put("expirationSeconds", DEFAULT_SECONDS);
        }
        checkSeconds(spec.path("expirationSeconds"));
        List<String> audiences = new ArrayList<>();
        spec.path("audiences").forEach(audience -> audiences.add(audience.asText()));
        if (audiences.isEmpty()) {
            spec.putArray("audiences").add(ServiceAccountTokens.ISSUER);
        }
        ServiceAccountTokens.Issued issued = tokens.issue(
                account,
                pod(path, spec.path("boundObjectRef")),
                audiences,
                spec.path("expirationSeconds").asLong());
        asked.put("kind", "TokenRequest").put("apiVersion", TOKEN_REQUEST.apiVersion());
        asked.withObjectProperty("metadata").put("name", path.name()).put("namespace", path.namespace());
        asked.putObject("status")
                .put("token", issued.text())
                .put(
                        "expirationTimestamp",
                        issued.expires().truncatedTo(ChronoUnit.SECONDS).toString());
        return ApiResponse.json(201, asked);
    }

    private static void checkSeconds(JsonNode seconds) {
        String why = seconds.asLong() < LEAST_SECONDS
                ? "may not specify a duration less than 10 minutes"
                : seconds.asLong() > MOST_SECONDS ? "may not specify a duration larger than 2^32 seconds" : "";
        if (!why.isEmpty()) {
            throw ApiError.invalid(
                    TOKEN_REQUEST,
                    "",
                    List.of(new ApiError.Cause(
                            "FieldValueInvalid", "Invalid value: " + seconds + ": " + why, "spec.expirationSeconds")));
        }
    }

    private Optional<ObjectNode> pod(ResourcePath path, JsonNode reference) {
        if (!reference.isObject()) {
            return Optional.empty();
        }
        if (!reference.path("kind").asText().equals("Pod")) {
            throw ApiError.badRequest("cannot bind token for serviceaccount \"" + path.name() + "\" to "
                    + reference.path("kind").asText() + ": only a Pod can be named here");
        }
        var key = ResourceTypes.POD.key(path.namespace(), reference.path("name").asText());
        return Optional.of(store.get(key).orElseThrow(() -> ApiError.notFound(key)));
    }
}
