package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.access.Action;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Nobody gives others by a role or a binding what he does not have himself, unless a rule allows him that. */
final class RoleGuard {
    private static final Set<ResourceType> ROLES = Set.of(ResourceTypes.ROLE, ResourceTypes.CLUSTER_ROLE);
    private static final Set<ResourceType> BINDINGS =
            Set.of(ResourceTypes.ROLE_BINDING, ResourceTypes.CLUSTER_ROLE_BINDING);
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final ObjectStore store;

    RoleGuard(ObjectStore store) {
        this.store = store;
    }

    /**
     * @param object as it is to be stored
     * @throws ApiError 403 when it would give more than the caller has
     */
    void check(ApiRequest request, ResourcePath path, ObjectNode object) {
        Access access = request.access();
        boolean covered;
        if (ROLES.contains(path.type())) {
            covered = access.holds(object.path("rules"), path.namespace())
                    || may(access, "escalate", path, path.type().plural(), name(path, object));
        } else if (BINDINGS.contains(path.type())) {
            JsonNode role = object.path("roleRef");
            String plural = role.path("kind").asText().equals("Role") ? "roles" : "clusterroles";
            covered = access.holds(access.rbac().rulesOf(inPlace(path, object)), path.namespace())
                    || may(access, "bind", path, plural, role.path("name").asText(""));
        } else {
            covered = true;
        }
        if (!covered) {
            throw ApiError.forbidden(
                    path.type(),
                    name(path, object),
                    "user \"" + access.user().name() + "\" (groups="
                            + access.user().groups() + ") is attempting to grant RBAC permissions not currently held",
                    List.of());
        }
    }

    /** The check of an object that a patch changes: it is done before, on what the patch is applied to. */
    void checkBinding(ApiRequest request, ResourcePath path) {
        if (BINDINGS.contains(path.type())) {
            Optional<ObjectNode> stored = store.get(path.key());
            stored.ifPresent(binding -> check(request, path, binding));
        }
    }

    boolean concernsRole(ResourcePath path) {
        return ROLES.contains(path.type());
    }

    private static boolean may(Access access, String verb, ResourcePath path, String plural, String name) {
        return access.allowed(new Action.OnResource(verb, GROUP, plural, "", path.namespace(), name))
                .isPresent();
    }

    private static ObjectNode inPlace(ResourcePath path, ObjectNode binding) {
        ObjectNode copy = binding.deepCopy();
        if (!path.namespace().isEmpty()) {
            copy.withObjectProperty("metadata").put("namespace", path.namespace());
        }
        return copy;
    }

    private static String name(ResourcePath path, ObjectNode object) {
        return path.name().isEmpty() ? object.path("metadata").path("name").asText("") : path.name();
    }
}
