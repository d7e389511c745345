package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.local.access.Action;
import dev.relevo.local.access.Rbac;
import dev.relevo.local.access.User;
import dev.relevo.local.store.ApiError;
import java.util.Optional;

/**
 * Who makes a request, and what he may do.
 *
 * @param user who
 * @param rbac knows what
 */
record Access(User user, Rbac rbac) {
    /** Why the user may do this; empty when he may not. */
    Optional<String> allowed(Action action) {
        return rbac.allowed(user, action);
    }

    /**
     * @throws ApiError 403 when the user may not do this
     */
    void require(Action action) {
        if (allowed(action).isEmpty()) {
            throw forbidden(action);
        }
    }

    /** Whether the user has himself what the rules of a role allow. */
    boolean holds(JsonNode rules, String namespace) {
        return rbac.holds(user, rules, namespace);
    }

    private ApiError forbidden(Action action) {
        String who = "User \"" + user.name() + "\" cannot " + action.verb();
        if (action instanceof Action.OnResource resource) {
            String whole = resource.resource() + (resource.subresource().isEmpty() ? "" : "/" + resource.subresource());
            String where = resource.namespace().isEmpty()
                    ? "at the cluster scope"
                    : "in the namespace \"" + resource.namespace() + "\"";
            return ApiError.forbidden(
                    resource.group(),
                    resource.resource(),
                    resource.name(),
                    who + " resource \"" + whole + "\" in API group \"" + resource.group() + "\" " + where);
        }
        return ApiError.forbidden("", "", "", who + " path \"" + ((Action.OnPath) action).path() + "\"");
    }
}
