package dev.relevo.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserCacheTest {
    @Test
    void theCacheLiesWhereTheUserSaysElseBelowHome() {
        assertThat(UserCache.folder(Map.of("XDG_CACHE_HOME", "/var/cache/ada", "HOME", "/home/ada")))
                .isEqualTo(Path.of("/var/cache/ada/relevo"));
        assertThat(UserCache.folder(Map.of("HOME", "/home/ada"))).isEqualTo(Path.of("/home/ada/.cache/relevo"));
        assertThat(UserCache.folder(Map.of("XDG_CACHE_HOME", "relative", "HOME", "/home/ada")))
                .isEqualTo(Path.of("/home/ada/.cache/relevo"));
    }

    @Test
    void withoutHomeItIsTheSystemsIdeaOfIt() {
        assertThat(UserCache.folder(Map.of("HOME", "")))
                .isEqualTo(Path.of(System.getProperty("user.home"), ".cache", "relevo"));
    }
}
