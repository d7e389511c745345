package dev.relevo.registry;

/**
 * A repository in a registry, in full: what Docker leaves out of names of its own registry is filled in.
 *
 * @param registry host and port as users write them, e.g. {@code docker.io} or {@code 127.0.0.1:5000}
 * @param path the repository within it, e.g. {@code library/alpine}
 */
public record Repository(String registry, String path) {
    private static final String DOCKER_HUB = "docker.io";

    public Repository {
        if (registry.isBlank() || path.isBlank()) {
            throw new IllegalArgumentException("Not a repository: [" + registry + "/" + path + "]");
        }
    }

    /** Reads a name without tag and digest. */
    public static Repository parse(String name) {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean hasRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
        if (!hasRegistry) {
            return new Repository(DOCKER_HUB, slash < 0 ? "library/" + name : name);
        }
        String registry = first.equals("index.docker.io") ? DOCKER_HUB : first;
        String path = name.substring(slash + 1);
        return new Repository(registry, registry.equals(DOCKER_HUB) && !path.contains("/") ? "library/" + path : path);
    }

    /** Reads a reference with or without tag and digest, and forgets both. */
    public static Repository ofReference(String reference) {
        String name = reference.replaceFirst("@.*$", "");
        int colon = name.lastIndexOf(':');
        return parse(colon > name.lastIndexOf('/') ? name.substring(0, colon) : name);
    }

    /** The host that answers for the registry. */
    String host() {
        return registry.equals(DOCKER_HUB) ? "registry-1.docker.io" : registry;
    }

    /** Whether the registry is on this machine. */
    boolean isLoopback() {
        return isLoopback(registry);
    }

    static boolean isLoopback(String authority) {
        return authority.matches("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]+)?");
    }
}
