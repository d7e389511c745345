package dev.relevo.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Unpacking an image")
class LayerExtractorTest {
    @TempDir
    Path directory;

    private Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = Files.createDirectory(directory.resolve("root"));
    }

    private void apply(byte[] layer) throws Exception {
        new LayerExtractor(root).apply(() -> new ByteArrayInputStream(layer));
    }

    private static byte[] files(String... namesAndTexts) {
        Map<String, byte[]> files = new java.util.LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            files.put(namesAndTexts[i], namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return TestImages.layer(files);
    }

    private static TarArchiveEntry link(String name, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        return entry;
    }

    @Test
    @DisplayName("lets an upper layer replace and remove what a lower one brought")
    void layersInOrder() throws Exception {
        apply(files("app/a", "old", "app/b", "b", "app/dir/c", "c"));
        apply(files("app/a", "new", "app/.wh.b", "", "app/dir/.wh..wh..opq", "", "app/dir/d", "d"));

        assertThat(root.resolve("app/a")).hasContent("new");
        assertThat(root.resolve("app/b")).doesNotExist();
        assertThat(root.resolve("app/dir/c")).doesNotExist();
        assertThat(root.resolve("app/dir/d")).hasContent("d");
    }

    @Test
    @DisplayName("refuses an entry that climbs out, and writes nothing outside")
    void refusesToClimb() {
        assertThatThrownBy(() -> apply(files("app/../../escaped", "x"))).hasMessageContaining("app/../../escaped");

        assertThat(directory.resolve("escaped")).doesNotExist();
    }

    @Test
    @DisplayName("refuses a link that climbs out")
    void refusesLinks() {
        byte[] layer = TestImages.layer(List.of(link("app/out", "../../../etc")), Map.of());

        assertThatThrownBy(() -> apply(layer)).hasMessageContaining("out of the image");
    }

    @Test
    @DisplayName("takes an absolute link from the image's own root, also where a directory is expected")
    void absoluteLinks() throws Exception {
        apply(files("usr/bin/tool", "x"));
        apply(TestImages.layer(List.of(link("bin", "/usr/bin")), Map.of()));
        apply(files("bin/other", "y"));

        assertThat(root.resolve("usr/bin/other")).hasContent("y");
        assertThat(root.resolve("bin/tool")).hasContent("x");
    }
}
