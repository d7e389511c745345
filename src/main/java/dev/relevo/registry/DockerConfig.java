package dev.relevo.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.relevo.image.RegistryLogin.Login;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The logins that {@code docker login} has left in {@code config.json}, or in the helpers that it names. */
final class DockerConfig {
    /** The user name that stands for: this is an identity token, not a password. */
    static final String TOKEN_USER = "<token>";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Map<String, String> environment;

    DockerConfig(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = Map.copyOf(environment);
    }

    /** {@code $DOCKER_CONFIG/config.json}, or the one in the home folder. */
    static DockerConfig usual(Map<String, String> environment) {
        String folder = environment.getOrDefault("DOCKER_CONFIG", "");
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", "."));
        Path base = folder.isEmpty() ? Path.of(home, ".docker") : Path.of(folder);
        return new DockerConfig(base.resolve("config.json"), environment);
    }

    Path file() {
        return file;
    }

    /** As Docker does it: the registry's own helper, then the general store, then the file itself. */
    Optional<Login> find(String registry) {
        JsonNode config = read();
        List<String> names = names(registry);
        for (String name : names) {
            String helper = config.path("credHelpers").path(name).asText();
            if (!helper.isEmpty()) {
                return new CredentialHelper(helper, environment).find(name);
            }
        }
        String store = config.path("credsStore").asText();
        if (!store.isEmpty()) {
            for (String name : names) {
                Optional<Login> login = new CredentialHelper(store, environment).find(name);
                if (login.isPresent()) {
                    return login;
                }
            }
        }
        for (String name : names) {
            JsonNode entry = config.path("auths").path(name);
            if (entry.isObject() && !entry.isEmpty()) {
                return login(name, entry);
            }
        }
        return Optional.empty();
    }

    private Optional<Login> login(String name, JsonNode entry) {
        String token = entry.path("identitytoken").asText();
        if (!token.isEmpty()) {
            return Optional.of(new Login(TOKEN_USER, token));
        }
        if (entry.has("username") && entry.has("password")) {
            return Optional.of(new Login(
                    entry.path("username").asText(), entry.path("password").asText()));
        }
        String auth = entry.path("auth").asText();
        if (auth.isEmpty()) {
            return Optional.empty();
        }
        try {
            String plain = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
            int colon = plain.indexOf(':');
            if (colon > 0) {
                return Optional.of(new Login(plain.substring(0, colon), plain.substring(colon + 1)));
            }
        } catch (IllegalArgumentException notBase64) {
            throw malformed(name, notBase64);
        }
        throw malformed(name, new IllegalArgumentException("no colon"));
    }

    private RuntimeException malformed(String name, Exception cause) {
        return Problem.of(RegistryError.CREDENTIALS, "The login for [" + name + "] in " + file + " cannot be read")
                .detail("`auth` is not the Base64 form of user:password")
                .remedy("Run `docker login " + name + "` again")
                .asException(cause);
    }

    private JsonNode read() {
        if (!Files.exists(file)) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw Problem.of(RegistryError.CREDENTIALS, "Docker's configuration [" + file + "] cannot be read")
                    .detail("It is not JSON, or this user may not read it")
                    .remedy("Correct it, or set DOCKER_CONFIG to another folder")
                    .asException(e);
        }
    }

    private static List<String> names(String registry) {
        return registry.equals("docker.io")
                ? List.of("https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io")
                : List.of(
                        registry,
                        "https://" + registry,
                        "https://" + registry + "/",
                        "http://" + registry,
                        "https://" + registry + "/v2/",
                        "https://" + registry + "/v1/");
    }
}
