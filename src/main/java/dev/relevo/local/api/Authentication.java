package dev.relevo.local.api;

import dev.relevo.local.access.Action;
import dev.relevo.local.access.Rbac;
import dev.relevo.local.access.ServiceAccountTokens;
import dev.relevo.local.access.User;
import dev.relevo.local.store.ApiError;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Finds out who makes a request: the owner of the environment, a service account, or nobody known. */
final class Authentication {
    private static final String SCHEME = "Bearer ";
    private static final String OWNER = "local-admin";
    private static final HttpString AS_USER = new HttpString("Impersonate-User");
    private static final HttpString AS_GROUP = new HttpString("Impersonate-Group");

    private final byte[] token;
    private final ServiceAccountTokens tokens;
    private final Rbac rbac;

    /**
     * @param token what the owner presents
     */
    Authentication(String token, ServiceAccountTokens tokens, Rbac rbac) {
        if (token.isBlank()) {
            throw new IllegalArgumentException("The server needs a token that is not blank");
        }
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.tokens = tokens;
        this.rbac = rbac;
    }

    /**
     * @throws ApiError 401 for a wrong token, 403 for a user whom the caller may not act for
     */
    Access of(ApiRequest request) {
        Access own = new Access(user(request), rbac);
        String other = request.header(AS_USER);
        return other.isEmpty() ? own : new Access(impersonated(own, other, request), rbac);
    }

    private User user(ApiRequest request) {
        String given = request.header(Headers.AUTHORIZATION);
        if (given.isEmpty()) {
            return User.anonymous();
        }
        String bearer =
                given.startsWith(SCHEME) ? given.substring(SCHEME.length()).strip() : "";
        if (MessageDigest.isEqual(bearer.getBytes(StandardCharsets.UTF_8), token)) {
            return User.admin(OWNER);
        }
        return tokens.verify(bearer).orElseThrow(() -> ApiError.of(401, "Unauthorized", "Unauthorized"));
    }

    private static User impersonated(Access own, String name, ApiRequest request) {
        List<String> groups = new ArrayList<>();
        HeaderValues given = request.headers().get(AS_GROUP);
        if (given != null) {
            groups.addAll(given);
        }
        own.require(new Action.OnResource("impersonate", "", "users", "", "", name));
        groups.forEach(group -> own.require(new Action.OnResource("impersonate", "", "groups", "", "", group)));
        return User.acting(name, groups);
    }
}
