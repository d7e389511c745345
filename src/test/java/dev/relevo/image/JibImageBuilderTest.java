package dev.relevo.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.relevo.report.EventSink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JibImageBuilderTest {
    @TempDir
    Path folder;

    private Path layout;

    @BeforeEach
    void aClassToPackage() throws IOException {
        Files.createDirectories(folder.resolve("classes"));
        Files.writeString(folder.resolve("classes/Main.class"), "x".repeat(200_000));
        layout = folder.resolve("image");
    }

    private ImageLayout build(BaseImage base, Path target) throws IOException {
        JibImageBuilder builder = new JibImageBuilder(
                Files.createDirectories(folder.resolve("cache")),
                Files.createDirectories(folder.resolve("base")),
                registry -> Optional.empty(),
                false,
                EventSink.none());
        JvmContents contents = new JvmContents(
                List.of(), List.of(), List.of(), List.of(), List.of(folder.resolve("classes")), "Main", List.of());
        return builder.build(
                base,
                contents,
                new ImageSettings(Map.of(), Instant.EPOCH, List.of("linux/amd64"), Map.of(), List.of(), "1"),
                target);
    }

    @Test
    void aSavedImageCarriesTheService() throws IOException {
        Path base = SavedImage.write(folder.resolve("base.tar"), "usr/bin/java", "#!");
        ImageLayout image = build(new BaseImage.Tar(base), layout);
        assertThat(image.blobsOf(image.root())).hasSize(3);
        assertThat(image.configOf(image.root()).at("/config/Labels/own").asText())
                .isEqualTo("yes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "/etc/evil"})
    void aSavedImageThatLeadsOutsideIsRefused(String name) {
        Path base = SavedImage.archive(folder.resolve("base.tar"), Map.of(name, "x".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> build(new BaseImage.Tar(base), layout))
                .hasMessageContaining("RLV-306")
                .hasMessageContaining(name);
        assertThat(layout).doesNotExist();
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    @Test
    void aLayerThatLeadsOutsideIsRefused() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("abc/layer.tar", SavedImage.tar(Map.of("../../evil", new byte[] {1})));
        Path base = SavedImage.archive(folder.resolve("base.tar"), entries);
        assertThatThrownBy(() -> build(new BaseImage.Tar(base), layout))
                .hasMessageContaining("RLV-306")
                .hasMessageContaining("../../evil");
    }

    @Test
    void aBaseThatIsNoImageIsNamed() throws IOException {
        Path base = Files.writeString(folder.resolve("base.tar"), "this is text");
        assertThatThrownBy(() -> build(new BaseImage.Tar(base), layout)).hasMessageContaining("base.tar");
        assertThat(layout).doesNotExist();
    }

    @Test
    void aFullDiskLeavesTheFormerImage() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        assumeThat(succeeds("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", small.toString()))
                .as("a small disk can be mounted here")
                .isTrue();
        try {
            Files.write(folder.resolve("classes/Main.class"), new byte[100]);
            ImageLayout first = build(new BaseImage.None(), small.resolve("image"));
            byte[] random = new byte[300_000];
            new Random(1).nextBytes(random);
            Files.write(folder.resolve("classes/Main.class"), random);
            assertThatThrownBy(() -> build(new BaseImage.None(), small.resolve("image")))
                    .hasMessageContaining("RLV-307");
            assertThat(ImageLayout.open(small.resolve("image")).root()).isEqualTo(first.root());
            try (Stream<Path> files = Files.list(small)) {
                assertThat(files).containsExactly(small.resolve("image"));
            }
        } finally {
            succeeds("umount", small.toString());
        }
    }

    private static boolean succeeds(String... words) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }
}
