package dev.relevo.local.api;

import dev.relevo.local.store.ApiError;
import io.undertow.util.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;

/** Lets in who has the token; health and version are open to all. */
final class Authentication {
    private static final Set<String> OPEN = Set.of("/healthz", "/livez", "/readyz", "/version");
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    Authentication(String token) {
        if (token.isBlank()) {
            throw new IllegalArgumentException("The server needs a token that is not blank");
        }
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * @throws ApiError 401 for a wrong token, 403 for none
     */
    void check(ApiRequest request) {
        String given = request.header(Headers.AUTHORIZATION);
        if (given.startsWith(SCHEME)) {
            byte[] bytes = given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
            if (!MessageDigest.isEqual(bytes, token)) {
                throw ApiError.of(401, "Unauthorized", "Unauthorized");
            }
        } else if (!given.isEmpty()) {
            throw ApiError.of(401, "Unauthorized", "Unauthorized");
        } else if (!OPEN.contains(request.path())) {
            throw ApiError.of(
                    403,
                    "Forbidden",
                    "forbidden: User \"system:anonymous\" cannot "
                            + request.method().toLowerCase(Locale.ROOT) + " path \"" + request.path() + "\"");
        }
    }
}
