package dev.relevo.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MavenOptionsTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"));

    @TempDir
    Path project;

    private Path archive;

    @BeforeEach
    void make_an_archive() throws IOException {
        archive = Files.createFile(project.resolve("java.jsa"));
    }

    @Test
    void a_maven_that_only_compiles_takes_javas_classes_from_the_archive() {
        assertThat(MavenOptions.of(project, Map.of(), JAVA, archive.toString()))
                .containsOnlyKeys("MAVEN_OPTS")
                .extractingByKey("MAVEN_OPTS")
                .asString()
                .startsWith("-XX:TieredStopAtLevel=1")
                .endsWith(" -XX:SharedArchiveFile=" + archive);
        assertThat(MavenOptions.of(project, Map.of("JAVA_HOME", JAVA.toString()), JAVA, archive.toString()))
                .extractingByKey("MAVEN_OPTS")
                .asString()
                .endsWith(archive.toString());
    }

    @Test
    void what_the_user_or_the_project_says_is_left_alone() throws IOException {
        assertThat(MavenOptions.of(project, Map.of("MAVEN_OPTS", "-Xmx1g"), JAVA, archive.toString()))
                .isEmpty();

        Files.createFile(Files.createDirectory(project.resolve(".mvn")).resolve("jvm.config"));
        assertThat(MavenOptions.of(project, Map.of(), JAVA, archive.toString())).isEmpty();
    }

    @Test
    void an_archive_that_is_not_there_or_not_of_mavens_java_is_not_used() throws IOException {
        Path other = Files.createDirectory(project.resolve("another-java"));
        Path blank = Files.createFile(project.resolve("with blank.jsa"));

        assertThat(optionsOf("", "")).doesNotContain("SharedArchiveFile");
        assertThat(optionsOf("", project.resolve("gone.jsa").toString())).doesNotContain("SharedArchiveFile");
        assertThat(optionsOf("", blank.toString())).doesNotContain("SharedArchiveFile");
        assertThat(optionsOf(other.toString(), archive.toString())).doesNotContain("SharedArchiveFile");
        assertThat(optionsOf("/nonexistent", archive.toString())).doesNotContain("SharedArchiveFile");
    }

    private String optionsOf(String home, String file) {
        return MavenOptions.of(project, Map.of("JAVA_HOME", home), JAVA, file).getOrDefault("MAVEN_OPTS", "");
    }
}
