package dev.relevo.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.image.ImageLayout;
import dev.relevo.image.SavedImage;
import dev.relevo.project.Command;
import dev.relevo.project.CommandRunner;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerfileBuildTest {
    @TempDir
    Path folder;

    private SampleProject project;

    @BeforeEach
    void aProjectWithADockerfile() throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        project = new SampleProject(folder.resolve("p"))
                .config("")
                .write(".dockerignore", ".relevo\n")
                .write("hello.txt", "hello")
                .write(
                        "Dockerfile",
                        "FROM scratch\nARG MOOD\nCOPY hello.txt /hello.txt\nLABEL mood=$MOOD\nCMD [\"/hello\"]\n");
    }

    /** Builds where only these programs are found, besides the system's own if {@code path} names their folder. */
    private StepResult.Build build(String path) {
        return new BuildStep(
                        new CommandRunner(),
                        registry -> Optional.empty(),
                        folder.resolve("cache"),
                        Map.of("PATH", path))
                .run(project.context());
    }

    private String onlyScripts() {
        return folder.resolve("bin").toString();
    }

    private void program(String name, String body) throws IOException {
        Path file = Files.writeString(folder.resolve("bin").resolve(name), "#!/bin/sh\nPATH=/usr/bin:/bin\n" + body);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** A stand-in for Docker's client, which prints what it is told and saves a prepared image. */
    private void dockerThatSaves(Path archive) throws IOException {
        program("docker", """
                case "$1" in
                  version) echo 28.0 ;;
                  build) echo "building $*"; echo sha256:123 > "$3" ;;
                  save) [ "$4" = sha256:123 ] && cp '%s' "$3" ;;
                esac
                """.formatted(archive));
    }

    @Test
    void dockersArchiveBecomesALayoutWithLabels() throws IOException {
        dockerThatSaves(SavedImage.write(folder.resolve("saved.tar"), "hello", "world"));
        project.config("build: {args: {MOOD: good}, target: last, labels: {team: blue}}\n");
        StepResult.Build result = build(onlyScripts());

        assertThat(result.builder()).isEqualTo("docker");
        ImageLayout layout = ImageLayout.open(project.root.resolve(result.layout()));
        JsonNode labels = layout.configOf(layout.root()).at("/config/Labels");
        assertThat(labels.path("own").asText()).isEqualTo("yes");
        assertThat(labels.path("team").asText()).isEqualTo("blue");
        assertThat(labels.path("org.opencontainers.image.title").asText()).isEqualTo("demo");
        assertThat(BuildStepTest.filesByLayer(layout)).containsExactly(List.of("hello"));
        assertThat(project.said()).contains("building build", "--build-arg MOOD=good", "--target last");
        assertThat(build(onlyScripts()).digest()).isEqualTo(result.digest());
    }

    @Test
    void anArchiveThatLeadsOutsideIsRefused() throws IOException {
        dockerThatSaves(SavedImage.archive(
                folder.resolve("saved.tar"),
                Map.of("abc/layer.tar->", "../../../../etc/passwd".getBytes(StandardCharsets.UTF_8))));
        assertThatThrownBy(() -> build(onlyScripts())).hasMessageContaining("RLV-306");
        assertThat(project.root.resolve(".relevo/image")).doesNotExist();
    }

    @Test
    void aFailedBuildIsShownWithItsLastLines() throws IOException {
        program("docker", "[ \"$1\" = version ] || { echo 'step 3: no such file'; exit 4; }\n");
        assertThatThrownBy(() -> build(onlyScripts())).isInstanceOfSatisfying(RelevoException.class, failure -> {
            assertThat(failure.problem().code().id()).isEqualTo("RLV-308");
            assertThat(failure.problem().details()).contains("step 3: no such file");
        });
    }

    @Test
    void withoutAnyBuilderItSaysWhatToInstall() throws IOException {
        program("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1\n");
        assertThatThrownBy(() -> build(onlyScripts())).isInstanceOfSatisfying(RelevoException.class, failure -> {
            assertThat(failure.problem().code().id()).isEqualTo("RLV-302");
            assertThat(failure.problem().details())
                    .containsExactly(
                            "docker is installed but cannot build: Cannot connect to the Docker daemon",
                            "buildah is not installed",
                            "buildctl is not installed");
            assertThat(failure.problem().remedy().orElseThrow()).contains("apt-get install buildah");
        });
    }

    @Test
    void withoutADockerfileItSaysWhatIsNeeded() throws IOException {
        Files.delete(project.root.resolve("Dockerfile"));
        assertThatThrownBy(() -> build(onlyScripts())).hasMessageContaining("RLV-303");
        project.config("build: {dockerfile: docker/Other}\n");
        assertThatThrownBy(() -> build(onlyScripts())).hasMessageContaining("docker/Other");
        project.config("build: {builder: jib}\n");
        assertThatThrownBy(() -> build(onlyScripts())).hasMessageContaining("no JVM project");
    }

    @Test
    void buildahBuildsItForReal() throws IOException {
        assumeThat(new CommandRunner()
                        .run(
                                new Command(
                                        List.of("buildah", "info"),
                                        folder,
                                        Map.of(),
                                        Duration.ofSeconds(20),
                                        "buildah"),
                                line -> {})
                        .succeeded())
                .as("buildah works here")
                .isTrue();
        program("docker", "echo 'no daemon' >&2; exit 1\n");
        project.config("build: {args: {MOOD: good}}\n");
        StepResult.Build result = build(onlyScripts() + ":" + System.getenv("PATH"));

        assertThat(result.builder()).isEqualTo("buildah");
        assertThat(project.said()).contains("with buildah: docker is installed but cannot build: no daemon");
        ImageLayout layout = ImageLayout.open(project.root.resolve(result.layout()));
        assertThat(BuildStepTest.filesByLayer(layout)).containsExactly(List.of("hello.txt"));
        JsonNode config = layout.configOf(layout.root());
        assertThat(config.at("/config/Labels/mood").asText()).isEqualTo("good");
        assertThat(config.at("/config/Labels/org.opencontainers.image.title").asText())
                .isEqualTo("demo");
    }
}
