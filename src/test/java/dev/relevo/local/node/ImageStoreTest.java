package dev.relevo.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Unpacked images")
class ImageStoreTest {
    private static final ImageConfig CONFIG = new ImageConfig(List.of(), List.of(), Map.of(), "");

    @TempDir
    Path directory;

    private static Image image(String content) {
        return TestImages.image(
                CONFIG, List.of(TestImages.layer(Map.of("app/file", content.getBytes(StandardCharsets.UTF_8)))));
    }

    @Test
    @DisplayName("are shared, but what one container replaces is not seen by another")
    void shared() throws Exception {
        ImageStore store = new ImageStore(directory.resolve("images"));
        Path unpacked = store.unpack(image("original"));
        assertThat(store.unpack(image("original"))).isEqualTo(unpacked);

        ImageStore.populate(unpacked, directory.resolve("a"));
        ImageStore.populate(unpacked, directory.resolve("b"));
        Files.delete(directory.resolve("a/app/file"));
        Files.writeString(directory.resolve("a/app/file"), "changed");

        assertThat(directory.resolve("b/app/file")).hasContent("original");
        assertThat(unpacked.resolve("app/file")).hasContent("original");
    }

    @Test
    @DisplayName("are not there at all when a layer is bad")
    void wholeOrNotAtAll() throws Exception {
        ImageStore store = new ImageStore(directory);
        Image bad = TestImages.image(CONFIG, List.of(TestImages.layer(Map.of("../out", new byte[] {1}))));

        assertThatThrownBy(() -> store.unpack(bad)).hasMessageContaining("../out");

        assertThat(directory).isEmptyDirectory();
        assertThat(store.contains(bad)).isFalse();
    }

    @Test
    @DisplayName("go when they were not used for long")
    void pruned() throws Exception {
        ImageStore store = new ImageStore(directory);
        Path old = store.unpack(image("old"));
        Path used = store.unpack(image("used"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(4))));
        Files.setLastModifiedTime(used, FileTime.from(Instant.now().minus(Duration.ofDays(4))));
        store.unpack(image("used"));

        store.prune(Duration.ofDays(3));

        assertThat(old).doesNotExist();
        assertThat(used).exists();
    }
}
