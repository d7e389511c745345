package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.schema.ModelTypes;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectStore;
import io.undertow.util.Headers;
import java.util.Optional;

/** Finds who answers a request. */
final class Router {
    private static final String VERSION = "v1.34.0";

    private final ObjectStore store;
    private final Authentication authentication;
    private final Reviews reviews;
    private final Discovery discovery;
    private final Resources resources;
    private final OpenApiPages documents;

    Router(ObjectStore store, Authentication authentication, Reviews reviews, Resources resources, ModelTypes models) {
        this.reviews = reviews;
        this.documents = new OpenApiPages(store.types(), models);
        this.store = store;
        this.authentication = authentication;
        this.discovery = new Discovery(store.types(), Reviews.VIRTUALS);
        this.resources = resources;
    }

    /**
     * @throws ApiError when the request is refused
     */
    ApiResponse answer(ApiRequest unknown) {
        ApiRequest request = unknown.by(authentication.of(unknown));
        request.access().require(Actions.of(request));
        Optional<ResourcePath> path = ResourcePath.parse(request.path(), store.types());
        if (path.isPresent()) {
            return resources.handle(request, path.get());
        }
        Optional<ApiResponse> review = reviews.answer(request);
        if (review.isPresent()) {
            return review.get();
        }
        return fixed(request)
                .or(() -> documents.answer(request.path(), request.header(Headers.ACCEPT)))
                .or(() -> discovery.answer(
                        trimmed(request.path()), request.header(Headers.ACCEPT), request.header(Headers.HOST)))
                .orElseThrow(Router::notFound);
    }

    private static String trimmed(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static Optional<ApiResponse> fixed(ApiRequest request) {
        return switch (request.path()) {
            case "/healthz", "/livez", "/readyz" -> Optional.of(ApiResponse.text(200, "ok"));
            case "/version" -> Optional.of(ApiResponse.json(200, version()));
            case "/" -> Optional.of(ApiResponse.json(200, paths()));
            default -> Optional.empty();
        };
    }

    private static ApiError notFound() {
        return ApiError.of(404, "NotFound", "the server could not find the requested resource");
    }

    private static ObjectNode version() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("major", "1")
                .put("minor", "34")
                .put("gitVersion", VERSION + "+local")
                .put("gitCommit", "")
                .put("gitTreeState", "")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "")
                .put("compiler", "")
                .put("platform", "jvm");
    }

    private static ObjectNode paths() {
        ObjectNode paths = JsonNodeFactory.instance.objectNode();
        paths.putArray("paths")
                .add("/api")
                .add("/apis")
                .add("/healthz")
                .add("/openapi/v3")
                .add("/version");
        return paths;
    }
}
