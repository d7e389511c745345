package dev.relevo.pipeline;

import java.nio.file.Path;
import java.util.Map;

/**
 * The folder for what may be fetched again, by the XDG base directory specification: {@code XDG_CACHE_HOME}, else
 * {@code HOME/.cache}. The virtual machine's own idea of the home folder comes from the user database and not from
 * {@code HOME}, so it is asked last.
 */
final class UserCache {
    private UserCache() {}

    static Path folder(Map<String, String> variables) {
        Path stated = Path.of(variables.getOrDefault("XDG_CACHE_HOME", ""));
        // A relative path there is to be ignored, says the specification.
        Path cache = stated.isAbsolute() ? stated : home(variables).resolve(".cache");
        return cache.resolve("relevo");
    }

    private static Path home(Map<String, String> variables) {
        String home = variables.getOrDefault("HOME", "");
        return Path.of(home.isEmpty() ? System.getProperty("user.home", ".") : home);
    }
}
