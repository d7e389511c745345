package dev.relevo.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.image.RegistryLogin.Login;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Gets what goes into the header {@code Authorization}: a token from the registry's token server, or the login itself. */
final class Access {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Repository repository;
    private final List<String> scopes;
    private final Credentials credentials;
    private final Transport transport;
    private final boolean insecure;
    private volatile String authorization = "";

    /** @param scopes what is to be done, e.g. {@code repository:team/app:pull,push} */
    Access(Repository repository, List<String> scopes, Credentials credentials, Transport transport, boolean insecure) {
        this.repository = repository;
        this.scopes = List.copyOf(scopes);
        this.credentials = credentials;
        this.transport = transport;
        this.insecure = insecure;
    }

    /** The header's value; empty before anybody asked for one. */
    String authorization() {
        return authorization;
    }

    /**
     * Answers a 401.
     *
     * @param used the header that was sent and refused
     * @return whether there is another one to try
     */
    synchronized boolean answer(HttpResponse<?> refused, String used) throws IOException, InterruptedException {
        if (!authorization.equals(used)) {
            return true;
        }
        Optional<Challenge> challenge = Challenge.of(refused.headers().allValues("WWW-Authenticate"));
        Optional<Login> login = credentials.find(repository.registry());
        String next = "";
        if (challenge.orElse(null) instanceof Challenge.Bearer bearer) {
            next = "Bearer " + token(bearer, login);
        } else if (challenge.isPresent() && login.isPresent()) {
            requireSafe(refused.uri());
            next = basic(login.get());
        }
        boolean another = !next.isEmpty() && !next.equals(used);
        if (another) {
            authorization = next;
        }
        return another;
    }

    private String token(Challenge.Bearer bearer, Optional<Login> login) throws IOException, InterruptedException {
        URI realm;
        try {
            realm = URI.create(bearer.realm());
        } catch (IllegalArgumentException e) {
            throw new IOException("the registry names [" + bearer.realm() + "] as its token server", e);
        }
        if (login.isPresent()) {
            requireSafe(realm);
        }
        boolean identityToken = login.isPresent() && login.get().username().equals(DockerConfig.TOKEN_USER);
        HttpRequest.Builder request = identityToken
                ? HttpRequest.newBuilder(realm)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "grant_type=refresh_token&client_id=relevo&refresh_token="
                                        + encode(login.get().password()) + query(bearer, " ")))
                : HttpRequest.newBuilder(URI.create(bearer.realm()
                        + (realm.getQuery() == null ? "?" : "&")
                        + query(bearer, "&scope=").substring(1)));
        if (login.isPresent() && !identityToken) {
            request.header("Authorization", basic(login.get()));
        }
        HttpResponse<byte[]> answer =
                transport.send(request.timeout(Duration.ofSeconds(30)).build());
        if (answer.statusCode() == 401 || answer.statusCode() == 403) {
            throw unauthorized("Its token server " + realm.getHost() + " answered " + answer.statusCode());
        }
        if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
            throw new RegistryRequest.Healing(answer, "token server " + realm.getHost());
        }
        JsonNode json = JSON.readTree(answer.body());
        String token = json.path("token").asText(json.path("access_token").asText());
        if (answer.statusCode() != 200 || token.isEmpty()) {
            throw new IOException(
                    "the token server " + realm.getHost() + " gave no token (" + answer.statusCode() + ")");
        }
        return token;
    }

    private String query(Challenge.Bearer bearer, String separator) {
        StringBuilder query = new StringBuilder();
        bearer.service().ifPresent(service -> query.append("&service=").append(encode(service)));
        query.append("&scope=");
        for (int i = 0; i < scopes.size(); i++) {
            String between = separator.equals(" ") ? "%20" : separator;
            query.append(i == 0 ? "" : between).append(encode(scopes.get(i)));
        }
        return query.toString();
    }

    /** A login is never sent where others can read it. */
    private void requireSafe(URI uri) {
        String authority = String.valueOf(uri.getAuthority());
        if (!"https".equals(uri.getScheme()) && !insecure && !Repository.isLoopback(authority)) {
            throw Problem.of(
                            RegistryError.NOT_SECURE,
                            "The login for [" + repository.registry() + "] would be sent in the clear to " + authority)
                    .remedy("Let the registry use TLS, or set push.insecure: true in relevo.yaml if you accept that")
                    .asException();
        }
    }

    RelevoException unauthorized(String evidence) {
        boolean known = credentials.find(repository.registry()).isPresent();
        return Problem.of(
                        RegistryError.UNAUTHORIZED,
                        "Registry [" + repository.registry() + "] "
                                + (known ? "does not accept the login that is set up for it" : "wants a login"))
                .detail(evidence)
                .detail(credentials.places())
                .remedy("Log in with `docker login " + repository.registry()
                        + "`, or set the two variables to files with a" + " user name and a password")
                .asException();
    }

    private static String basic(Login login) {
        byte[] plain = (login.username() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(plain);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
