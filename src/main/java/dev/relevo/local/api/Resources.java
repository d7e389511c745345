package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.access.Action;
import dev.relevo.local.store.Admission.Part;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import io.undertow.util.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** The verbs on objects and collections. */
final class Resources {
    /** What an update creates when it is missing. */
    private static final Set<ResourceType> CREATED_BY_UPDATE = Set.of(
            ResourceTypes.LEASE,
            ResourceTypes.EVENT,
            ResourceTypes.ENDPOINTS,
            ResourceTypes.LIMIT_RANGE,
            ResourceTypes.SERVICE,
            ResourceTypes.ROLE,
            ResourceTypes.ROLE_BINDING,
            ResourceTypes.CLUSTER_ROLE,
            ResourceTypes.CLUSTER_ROLE_BINDING);
    /** What a deletion answers with the object instead of a status. */
    private static final Set<ResourceType> RETURNED_WHEN_DELETED = Set.of(
            ResourceTypes.POD,
            ResourceTypes.SERVICE,
            ResourceTypes.SERVICE_ACCOUNT,
            ResourceTypes.PERSISTENT_VOLUME,
            ResourceTypes.PERSISTENT_VOLUME_CLAIM,
            ResourceTypes.POD_TEMPLATE,
            ResourceTypes.RESOURCE_QUOTA);

    private final ObjectStore store;
    private final Patches patches;
    private final Subresources subresources;
    private final FieldValidation validation;
    private final AtomicBoolean stopping;
    private final RoleGuard guard;
    private final CustomResources custom;

    Resources(
            ObjectStore store,
            Patches patches,
            Subresources subresources,
            FieldValidation validation,
            CustomResources custom,
            AtomicBoolean stopping) {
        this.custom = custom;
        this.store = store;
        this.patches = patches;
        this.subresources = subresources;
        this.validation = validation;
        this.stopping = stopping;
        this.guard = new RoleGuard(store);
    }

    ApiResponse handle(ApiRequest request, ResourcePath path) {
        if (!path.subresource().isEmpty()) {
            return subresources.handle(request, path);
        }
        if (path.name().isEmpty()) {
            return switch (request.method()) {
                case "GET" -> request.flag("watch") ? watch(request, path) : list(request, path);
                case "POST" -> create(request, path);
                case "DELETE" -> deleteCollection(request, path);
                default -> throw methodNotAllowed();
            };
        }
        return switch (request.method()) {
            case "GET" -> request.flag("watch") ? watchOne(request, path) : get(request, path);
            case "PUT" -> update(request, path);
            case "PATCH" -> patches.handle(request, path, Part.MAIN);
            case "DELETE" -> delete(request, path);
            default -> throw methodNotAllowed();
        };
    }

    static ApiError methodNotAllowed() {
        return ApiError.of(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    private ApiResponse get(ApiRequest request, ResourcePath path) {
        ObjectNode object = store.get(path.key()).orElseThrow(() -> ApiError.notFound(path.key()));
        return answer(request, path.type(), 200, object);
    }

    static ApiResponse answer(ApiRequest request, ResourceType type, int code, ObjectNode object) {
        Representation form = Representation.accepted(request.header(Headers.ACCEPT));
        String include = request.parameter("includeObject").orElse("Metadata");
        return ApiResponse.json(code, form.one(type, object, include));
    }

    private ApiResponse list(ApiRequest request, ResourcePath path) {
        Representation form = Representation.accepted(request.header(Headers.ACCEPT));
        ListQuery query = ListQuery.of(request, path.type(), false);
        ListAnswer answer = ListAnswer.of(store, path.type(), path.namespace(), query);
        String include = request.parameter("includeObject").orElse("Metadata");
        return ApiResponse.json(200, form.list(path.type(), answer, include));
    }

    private ApiResponse watch(ApiRequest request, ResourcePath path) {
        return watch(request, path, ListQuery.of(request, path.type(), true));
    }

    private ApiResponse watchOne(ApiRequest request, ResourcePath path) {
        ListQuery query = ListQuery.of(request, path.type(), true);
        return watch(request, path, query.named(path.name()));
    }

    private ApiResponse watch(ApiRequest request, ResourcePath path, ListQuery query) {
        Representation form = Representation.accepted(request.header(Headers.ACCEPT));
        query.version();
        String include = request.parameter("includeObject").orElse("Metadata");
        return new ApiResponse.Stream("application/json", new WatchStream(store, path, query, form, include, stopping));
    }

    private ApiResponse create(ApiRequest request, ResourcePath path) {
        if (path.type().namespaced() && path.namespace().isEmpty()) {
            throw methodNotAllowed();
        }
        ObjectNode object = validation.read(request, path.type());
        guard.check(request, path, object);
        custom.check(path.type(), object);
        ObjectNode created = store.create(path.type(), path.namespace(), object, options(request));
        return answer(request, path.type(), 201, created);
    }

    private ApiResponse update(ApiRequest request, ResourcePath path) {
        ObjectNode object = validation.read(request, path.type());
        checkName(path, object);
        guard.check(request, path, object);
        custom.check(path.type(), object);
        if (store.get(path.key()).isEmpty() && CREATED_BY_UPDATE.contains(path.type())) {
            requireCreate(request, path);
            object.withObjectProperty("metadata").remove("resourceVersion");
            return answer(
                    request, path.type(), 201, store.create(path.type(), path.namespace(), object, options(request)));
        }
        return answer(request, path.type(), 200, store.update(path.key(), object, options(request)));
    }

    /** Who changes what is not there creates it, and must be allowed to. */
    static void requireCreate(ApiRequest request, ResourcePath path) {
        request.access()
                .require(new Action.OnResource(
                        "create", path.type().group(), path.type().plural(), "", path.namespace(), path.name()));
    }

    /** The path and the object must name the same thing; what the object leaves out is filled in. */
    static void checkName(ResourcePath path, ObjectNode object) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        String name = metadata.path("name").asText("");
        if (name.isEmpty()) {
            throw ApiError.badRequest("name must be provided");
        }
        if (!name.equals(path.name())) {
            throw ApiError.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + path.name() + ")");
        }
        String namespace = metadata.path("namespace").asText("");
        if (!namespace.isEmpty() && !namespace.equals(path.key().namespace())) {
            throw ApiError.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the" + " request");
        }
    }

    static WriteOptions options(ApiRequest request) {
        return new WriteOptions(request.fieldManager(), request.dryRun());
    }

    private ApiResponse delete(ApiRequest request, ResourcePath path) {
        ObjectKey key = path.key();
        ObjectNode last = store.delete(key, Deletions.options(request));
        boolean stays = last.path("metadata").has("deletionTimestamp")
                && store.get(key).filter(last::equals).isPresent();
        if (stays || RETURNED_WHEN_DELETED.contains(path.type())) {
            return answer(request, path.type(), 200, last);
        }
        return ApiResponse.json(200, Deletions.success(key, last));
    }

    private ApiResponse deleteCollection(ApiRequest request, ResourcePath path) {
        if (path.type().namespaced() && path.namespace().isEmpty()) {
            throw methodNotAllowed();
        }
        ListQuery query = ListQuery.of(request, path.type(), false);
        DeleteOptions options = Deletions.options(request);
        ListAnswer all = ListAnswer.of(store, path.type(), path.namespace(), query);
        List<ObjectNode> deleted = new ArrayList<>();
        for (ObjectNode object : all.items()) {
            try {
                deleted.add(store.delete(ObjectKey.of(path.type(), object), options));
            } catch (ApiError e) {
                if (!e.isNotFound()) {
                    throw e;
                }
            }
        }
        ListAnswer answer = new ListAnswer(all.resourceVersion(), deleted, Optional.empty(), Optional.empty());
        return ApiResponse.json(200, Representation.OBJECT.list(path.type(), answer, ""));
    }
}
