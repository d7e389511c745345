package dev.relevo.local.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues and reads the tokens of service accounts: JSON Web Tokens, signed with ES256 (RFC 7519, RFC 7518). A token is good
 * until it expires, its service account is deleted, or the pod that it is bound to is.
 */
public final class ServiceAccountTokens {
    /** Who issues the tokens and, unless a request says otherwise, for whom. */
    public static final String ISSUER = "https://kubernetes.default.svc";

    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final ObjectStore store;
    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final Clock clock;

    /**
     * @param privateKey on the curve P-256, to sign with
     * @param publicKey belongs to it
     */
    public ServiceAccountTokens(ObjectStore store, PrivateKey privateKey, PublicKey publicKey, Clock clock) {
        this.store = store;
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.clock = clock;
    }

    /**
     * A token.
     *
     * @param text what a client presents
     * @param expires when it is good no more
     */
    public record Issued(String text, Instant expires) {
        @Override
        public String toString() {
            return "Issued[expires=" + expires + "]";
        }
    }

    /**
     * A new token.
     *
     * @param account the ServiceAccount
     * @param pod the pod that it is bound to, if any
     * @param audiences for whom; empty: for this server
     * @param seconds how long it is good
     */
    public Issued issue(JsonNode account, Optional<ObjectNode> pod, List<String> audiences, long seconds) {
        Instant now = clock.instant();
        Instant expires = now.plusSeconds(seconds);
        JsonNode metadata = account.path("metadata");
        String namespace = metadata.path("namespace").asText();
        String name = metadata.path("name").asText();
        ObjectNode claims = JSON.createObjectNode();
        (audiences.isEmpty() ? List.of(ISSUER) : audiences).forEach(claims.putArray("aud")::add);
        claims.put("exp", expires.getEpochSecond())
                .put("iat", now.getEpochSecond())
                .put("nbf", now.getEpochSecond())
                .put("iss", ISSUER)
                .put("jti", UUID.randomUUID().toString())
                .put("sub", User.serviceAccount(namespace, name, "").name());
        ObjectNode bound = claims.putObject("kubernetes.io").put("namespace", namespace);
        bound.putObject("serviceaccount")
                .put("name", name)
                .put("uid", metadata.path("uid").asText());
        pod.ifPresent(each -> bound.putObject("pod")
                .put("name", each.path("metadata").path("name").asText())
                .put("uid", each.path("metadata").path("uid").asText()));
        String unsigned = encode("{\"alg\":\"ES256\",\"typ\":\"JWT\"}") + "." + encode(claims.toString());
        return new Issued(unsigned + "." + ENCODER.encodeToString(sign(unsigned)), expires);
    }

    private static String encode(String text) {
        return ENCODER.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] sign(String text) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The token cannot be signed", e);
        }
    }

    /** The service account that a token stands for; empty when the token is not good. */
    public Optional<User> verify(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3 || !isSigned(parts)) {
            return Optional.empty();
        }
        JsonNode claims = claims(parts[1]);
        long now = clock.instant().getEpochSecond();
        boolean forUs = false;
        for (JsonNode audience : claims.path("aud")) {
            forUs |= audience.asText().equals(ISSUER);
        }
        boolean timely =
                claims.path("nbf").asLong() <= now && now < claims.path("exp").asLong();
        return forUs && timely ? account(claims.path("kubernetes.io")) : Optional.empty();
    }

    private boolean isSigned(String[] parts) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(publicKey);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8));
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static JsonNode claims(String part) {
        try {
            return JSON.readTree(Base64.getUrlDecoder().decode(part));
        } catch (IOException e) {
            throw new UncheckedIOException("The server signed what is no JSON", e);
        }
    }

    private Optional<User> account(JsonNode bound) {
        String namespace = bound.path("namespace").asText();
        JsonNode account = bound.path("serviceaccount");
        boolean podGone = bound.has("pod") && !exists(ResourceTypes.POD, namespace, bound.path("pod"));
        return podGone || !exists(ResourceTypes.SERVICE_ACCOUNT, namespace, account)
                ? Optional.empty()
                : Optional.of(User.serviceAccount(
                        namespace,
                        account.path("name").asText(),
                        account.path("uid").asText()));
    }

    private boolean exists(dev.relevo.local.store.ResourceType type, String namespace, JsonNode reference) {
        return store.get(type.key(namespace, reference.path("name").asText()))
                .filter(object -> object.path("metadata").path("uid").equals(reference.path("uid")))
                .isPresent();
    }
}
