package dev.relevo.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The files of a ConfigMap volume")
class PodVolumesTest {
    @TempDir
    Path directory;

    private static AtomicDirectory.Entry entry(String text) {
        return new AtomicDirectory.Entry(text.getBytes(StandardCharsets.UTF_8), 0644);
    }

    @Test
    @DisplayName("change all at once, come and go, and leave no old copies")
    void changeAtOnce() throws Exception {
        assertThat(AtomicDirectory.write(directory, Map.of("a", entry("1"), "sub/b", entry("2"))))
                .isTrue();
        assertThat(AtomicDirectory.write(directory, Map.of("a", entry("1"), "sub/b", entry("2"))))
                .isFalse();
        Path first = directory.resolve("..data").toRealPath();

        assertThat(AtomicDirectory.write(directory, Map.of("a", entry("3"), "c", entry("4"))))
                .isTrue();

        assertThat(directory.resolve("a")).hasContent("3");
        assertThat(directory.resolve("c")).hasContent("4");
        assertThat(directory.resolve("sub")).doesNotExist();
        assertThat(first).doesNotExist();
        assertThat(Files.isSymbolicLink(directory.resolve("..data"))).isTrue();
    }
}
