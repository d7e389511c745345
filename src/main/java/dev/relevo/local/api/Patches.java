package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.patch.JsonPatch;
import dev.relevo.local.patch.MergePatch;
import dev.relevo.local.patch.ServerSideApply;
import dev.relevo.local.patch.StrategicMergePatch;
import dev.relevo.local.schema.ModelType;
import dev.relevo.local.schema.ModelTypes;
import dev.relevo.local.store.Admission.Part;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.WriteOptions;
import java.time.Clock;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The verb that changes objects in part. */
final class Patches {
    private static final String APPLY = "application/apply-patch+yaml";

    private final ObjectStore store;
    private final ModelTypes models;
    private final FieldValidation validation;
    private final ServerSideApply serverSideApply;
    private final RoleGuard guard;
    private final CustomResources custom;

    Patches(ObjectStore store, ModelTypes models, FieldValidation validation, CustomResources custom) {
        this.custom = custom;
        this.store = store;
        this.models = models;
        this.validation = validation;
        this.guard = new RoleGuard(store);
        this.serverSideApply = new ServerSideApply(models, Clock.systemUTC());
    }

    ApiResponse handle(ApiRequest request, ResourcePath path, Part part) {
        if (request.contentType().equals(APPLY)) {
            return apply(request, path, part);
        }
        FieldValidation.Strictness strictness = FieldValidation.Strictness.of(request);
        UnaryOperator<ObjectNode> change = change(request, path.type());
        guard.checkBinding(request, path);
        ObjectNode after = write(path.key(), part, Resources.options(request), object -> {
            ObjectNode changed = change.apply(object);
            validation.checkPatched(request, strictness, path.type(), changed);
            Resources.checkName(path, changed);
            guardRole(request, path, changed);
            custom.check(path.type(), changed);
            return changed;
        });
        return Resources.answer(request, path.type(), 200, after);
    }

    private UnaryOperator<ObjectNode> change(ApiRequest request, ResourceType type) {
        switch (request.contentType()) {
            case "application/json-patch+json" -> {
                JsonNode operations = Bodies.json(request.body());
                return object -> JsonPatch.apply(object, operations);
            }
            case "application/merge-patch+json" -> {
                ObjectNode patch = patchObject(Bodies.json(request.body()));
                return object -> {
                    MergePatch.apply(object, patch);
                    return object;
                };
            }
            case "application/strategic-merge-patch+json" -> {
                ModelType model = strategicModel(request, type);
                ObjectNode patch = patchObject(Bodies.json(request.body()));
                return object -> {
                    StrategicMergePatch.apply(model, object, patch);
                    return object;
                };
            }
            default -> throw Bodies.unsupported(request.contentType());
        }
    }

    /** Like the real server, which has no strategic merge for kinds that were added to it. */
    private ModelType strategicModel(ApiRequest request, ResourceType type) {
        ModelType model = models.of(type);
        if (model.equals(ModelType.ANY)
                || models.isDefined(type)
                || type.group().startsWith("gateway.")) {
            throw Bodies.unsupported(request.contentType());
        }
        return model;
    }

    private ApiResponse apply(ApiRequest request, ResourcePath path, Part part) {
        String manager = request.parameter("fieldManager")
                .orElseThrow(() -> ApiError.of(
                        422,
                        "Invalid",
                        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply"
                                + " patch"));
        ObjectNode configuration = patchObject(Bodies.yaml(request.body()));
        if (configuration.path("kind").asText("").isEmpty()
                || configuration.path("apiVersion").asText("").isEmpty()) {
            throw ApiError.badRequest("an applied configuration needs apiVersion and kind");
        }
        validation.checkApplied(path, configuration);
        configuration.withObjectProperty("metadata").put("name", path.name());
        ServerSideApply.Request apply =
                new ServerSideApply.Request(path.type(), part, configuration, manager, request.flag("force"));
        WriteOptions options = new WriteOptions("", request.dryRun());
        if (store.get(path.key()).isEmpty() && part == Part.MAIN) {
            Resources.requireCreate(request, path);
            try {
                requireNoUid(path, configuration);
                ObjectNode made = serverSideApply.apply(Optional.empty(), apply);
                // What is applied with a version may not be there in another one; that it is not there at all is fine.
                made.withObjectProperty("metadata").remove("resourceVersion");
                guard.check(request, path, made);
                custom.check(path.type(), made);
                ObjectNode created = store.create(path.type(), path.namespace(), made, options);
                return Resources.answer(request, path.type(), 201, created);
            } catch (ApiError e) {
                if (!e.isAlreadyExists()) {
                    throw e;
                }
            }
        }
        guard.checkBinding(request, path);
        ObjectNode after = write(path.key(), part, options, object -> {
            ObjectNode applied = serverSideApply.apply(Optional.of(object), apply);
            guardRole(request, path, applied);
            custom.check(path.type(), applied);
            return applied;
        });
        return Resources.answer(request, path.type(), 200, after);
    }

    private static void requireNoUid(ResourcePath path, ObjectNode configuration) {
        String uid = configuration.at("/metadata/uid").asText("");
        if (!uid.isEmpty()) {
            throw ApiError.conflict(
                    path.key(),
                    "uid mismatch: the provided object specified uid " + uid + ", and no existing object was found");
        }
    }

    private void guardRole(ApiRequest request, ResourcePath path, ObjectNode object) {
        if (guard.concernsRole(path)) {
            guard.check(request, path, object);
        }
    }

    private ObjectNode write(ObjectKey key, Part part, WriteOptions options, UnaryOperator<ObjectNode> change) {
        return part == Part.STATUS ? store.modifyStatus(key, options, change) : store.modify(key, options, change);
    }

    private static ObjectNode patchObject(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw ApiError.badRequest("the patch must be an object");
    }
}
