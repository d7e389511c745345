package dev.relevo.registry;

import dev.relevo.image.RegistryLogin;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where logins come from, in this order: the files named by {@code RELEVO_REGISTRY_USERNAME_FILE} and
 * {@code RELEVO_REGISTRY_PASSWORD_FILE} (for the registry that is pushed to, and no other), then Docker's configuration with
 * its credential helpers.
 */
public final class Credentials implements RegistryLogin {
    private static final String USERNAME_FILE = "RELEVO_REGISTRY_USERNAME_FILE";
    private static final String PASSWORD_FILE = "RELEVO_REGISTRY_PASSWORD_FILE";

    private final String ownRegistry;
    private final Map<String, String> environment;
    private final DockerConfig docker;

    /**
     * @param repository the repository that is pushed to
     * @param environment the process's variables
     */
    public Credentials(String repository, Map<String, String> environment) {
        this.ownRegistry = Repository.parse(repository).registry();
        this.environment = Map.copyOf(environment);
        this.docker = DockerConfig.usual(environment);
    }

    @Override
    public Optional<Login> find(String registry) {
        String name = registry.equals("registry-1.docker.io") ? "docker.io" : registry;
        Optional<Login> own = name.equals(ownRegistry) ? fromFiles() : Optional.empty();
        return own.isPresent() ? own : docker.find(name);
    }

    /** Where a login for the registry was looked for, for messages. */
    String places() {
        return "Looked for a login in " + USERNAME_FILE + " and " + PASSWORD_FILE + ", then in " + docker.file();
    }

    private Optional<Login> fromFiles() {
        String username = environment.getOrDefault(USERNAME_FILE, "");
        String password = environment.getOrDefault(PASSWORD_FILE, "");
        if (username.isEmpty() && password.isEmpty()) {
            return Optional.empty();
        }
        if (username.isEmpty() || password.isEmpty()) {
            String missing = username.isEmpty() ? USERNAME_FILE : PASSWORD_FILE;
            throw Problem.of(RegistryError.CREDENTIALS, missing + " is not set, but its other half is")
                    .remedy("Set both, or neither")
                    .asException();
        }
        return Optional.of(new Login(content(USERNAME_FILE, username), content(PASSWORD_FILE, password)));
    }

    private static String content(String variable, String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw Problem.of(RegistryError.CREDENTIALS, variable + " names [" + file + "], which cannot be read")
                    .detail(e.toString())
                    .asException(e);
        }
    }
}
