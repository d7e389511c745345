package dev.relevo.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Paths of a container")
class PathRewriterTest {
    @TempDir
    Path root;

    private PathRewriter rewriter;

    @BeforeEach
    void makeRoot() throws Exception {
        Files.createDirectories(root.resolve("app/classes"));
        Files.createDirectories(root.resolve("app/libs"));
        rewriter = new PathRewriter(root, List.of("/config", "/var/data/"));
    }

    @ParameterizedTest
    @CsvSource({
        "/app/classes,ROOT/app/classes",
        "/app/resources:/app/classes:/app/libs/*,ROOT/app/resources:ROOT/app/classes:ROOT/app/libs/*",
        "-Dfile=/config/db.json,-Dfile=ROOT/config/db.json",
        "/var/data/new/file,ROOT/var/data/new/file",
        "sh -c 'cat /config/a > /app/out',sh -c 'cat ROOT/config/a > ROOT/app/out'",
        "file:/config/x.yml,file:ROOT/config/x.yml"
    })
    @DisplayName("become paths of this machine")
    void rewritten(String text, String expected) {
        assertThat(rewriter.rewrite(text)).isEqualTo(expected.replace("ROOT", root.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.org/app/classes",
                "jdbc:postgresql://127.0.0.1:5432/app",
                "/dev/urandom",
                "/etc/hosts",
                "/configuration",
                "a/app/classes",
                "/"
            })
    @DisplayName("are told from other text")
    void untouched(String text) {
        assertThat(rewriter.rewrite(text)).isEqualTo(text);
    }
}
