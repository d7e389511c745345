package dev.relevo.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.image.Descriptor;
import dev.relevo.image.ImageLayout;
import dev.relevo.project.Command;
import dev.relevo.project.CommandRunner;
import dev.relevo.report.ExitCode;
import dev.relevo.report.RelevoException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildStepTest {
    @TempDir
    Path folder;

    private StepResult.Build build(SampleProject project) {
        return new BuildStep(new CommandRunner(), registry -> Optional.empty(), folder.resolve("base-cache"), Map.of())
                .run(project.context());
    }

    @Test
    void aMavenServiceBecomesAnImageInLayers() throws IOException {
        SampleProject project = SampleProject.maven(folder.resolve("a project")).commit();
        project.config("build: {ports: [8080], jvmFlags: [-Xmx64m], env: {B: two, A: one}, labels: {team: blue}}\n");
        project.command("git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qam", "configure");

        StepResult.Build result = build(project);

        ImageLayout layout = ImageLayout.open(project.root.resolve(result.layout()));
        assertThat(result.image())
                .isEqualTo("127.0.0.1:5000/demo@" + layout.root().digest());
        assertThat(result.builder()).isEqualTo("jib");
        assertThat(result.version()).contains("1.2.0");
        assertThat(result.tags())
                .containsExactly("1.2.0-" + result.revision().orElseThrow().substring(0, 12));
        JsonNode config = layout.configOf(layout.root());
        assertThat(config.at("/config/Entrypoint").toString())
                .isEqualTo(
                        "[\"java\",\"-Xmx64m\",\"-cp\",\"resources:classes:libs/jspecify-1.0.0.jar\",\"demo.Main\"]");
        assertThat(config.at("/config/WorkingDir").asText()).isEqualTo("/app");
        assertThat(config.at("/config/User").asText()).isEqualTo("65532:65532");
        assertThat(config.at("/config/Env").toString()).isEqualTo("[\"A=one\",\"B=two\"]");
        assertThat(config.at("/config/ExposedPorts").has("8080/tcp")).isTrue();
        assertThat(config.at("/created").asText()).isEqualTo("2026-02-03T04:05:06Z");
        JsonNode labels = config.at("/config/Labels");
        assertThat(labels.path("org.opencontainers.image.revision").asText())
                .isEqualTo(result.revision().orElseThrow());
        assertThat(labels.path("org.opencontainers.image.version").asText()).isEqualTo("1.2.0");
        assertThat(labels.path("team").asText()).isEqualTo("blue");
        assertThat(filesByLayer(layout))
                .containsExactly(
                        List.of("app/libs/jspecify-1.0.0.jar"),
                        List.of("app/resources/greeting.txt"),
                        List.of("app/classes/demo/Main.class"));
        assertThat(StepResults.of(project.root).require(StepResult.Build.class)).isEqualTo(result);
        assertThat(project.root.resolve(".relevo/.gitignore")).hasContent("*");
    }

    @Test
    void theSameCommitGivesTheSameDigestElsewhere() {
        StepResult.Build one = build(SampleProject.maven(folder.resolve("one")).commit());
        StepResult.Build two =
                build(SampleProject.maven(folder.resolve("deeper/and two")).commit());
        assertThat(two.digest()).isEqualTo(one.digest());
        assertThat(two.revision()).isEqualTo(one.revision());
    }

    @Test
    void anUnchangedProjectIsNotBuiltAgainAndAChangedOneIs() {
        SampleProject project = SampleProject.maven(folder.resolve("p")).commit();
        StepResult.Build first = build(project);
        project.events.clear();

        StepResult.Build again = build(project);
        assertThat(again).isEqualTo(first);
        assertThat(project.said()).contains("UNCHANGED").doesNotContain("mvn");

        project.write("src/main/resources/greeting.txt", "good evening\n");
        StepResult.Build changed = build(project);
        assertThat(changed.digest()).isNotEqualTo(first.digest());
        assertThat(changed.revision().orElseThrow()).endsWith("-dirty");
        assertThat(changed.tags()).isNotEqualTo(first.tags());
    }

    @Test
    void mavenIsAskedForTheClassPathOnlyWhereItMayHaveChanged() throws IOException {
        SampleProject project = SampleProject.maven(folder.resolve("p")).commit();
        build(project);
        assertThat(project.said()).contains("build-classpath");

        project.events.clear();
        project.write("src/main/java/demo/Other.java", "package demo; class Other {}");
        StepResult.Build changed = build(project);
        assertThat(project.said()).contains("process-classes").doesNotContain("build-classpath");
        assertThat(filesByLayer(ImageLayout.open(project.root.resolve(".relevo/image"))))
                .anySatisfy(layer -> assertThat(layer).contains("app/classes/demo/Other.class"))
                .anySatisfy(layer -> assertThat(layer).contains("app/libs/jspecify-1.0.0.jar"));

        project.events.clear();
        Path pom = project.root.resolve("pom.xml");
        Files.writeString(pom, Files.readString(pom).replaceAll("(?s)<dependencies>.*</dependencies>", ""));
        assertThat(build(project).digest()).isNotEqualTo(changed.digest());
        assertThat(project.said()).contains("build-classpath");
        assertThat(filesByLayer(ImageLayout.open(project.root.resolve(".relevo/image"))))
                .noneSatisfy(layer -> assertThat(layer).contains("app/libs/jspecify-1.0.0.jar"));
    }

    @Test
    void aProjectThatDoesNotCompileIsNamedWithItsErrorAndKeepsTheFormerImage() throws IOException {
        SampleProject project = SampleProject.maven(folder.resolve("p"));
        StepResult.Build good = build(project);
        project.write("src/main/java/demo/Main.java", """
                package demo;
                public class Main {
                    int answer() { return missing(); }
                    int other() { return "text"; }
                }
                """);

        assertThatThrownBy(() -> build(project)).isInstanceOfSatisfying(RelevoException.class, failure -> {
            assertThat(failure.problem().code().id()).isEqualTo("RLV-301");
            assertThat(failure.problem().code().exit()).isEqualTo(ExitCode.BUILD_FAILED);
            assertThat(failure.problem().summary())
                    .isEqualTo(
                            "The build failed: src/main/java/demo/Main.java:3: cannot find symbol: method missing()");
            assertThat(String.join("\n", failure.problem().details()))
                    .contains("Main.java:[4,26] incompatible types")
                    .doesNotContain("\u001b", "[Help 1]");
        });
        assertThat(ImageLayout.open(project.root.resolve(".relevo/image"))
                        .root()
                        .digest()
                        .toString())
                .isEqualTo(good.digest());
        assertThatThrownBy(() -> StepResults.of(project.root).require(StepResult.Build.class))
                .hasMessageContaining("failed before");
    }

    @Test
    void twoMainClassesNeedADecision() {
        SampleProject project = SampleProject.maven(folder.resolve("p"));
        project.write("src/main/java/demo/Other.java", """
                package demo;
                class Other { public static void main(String[] words) {} }
                """);
        assertThatThrownBy(() -> build(project)).isInstanceOfSatisfying(RelevoException.class, failure -> {
            assertThat(failure.problem().code().id()).isEqualTo("RLV-304");
            assertThat(failure.problem().details()).containsExactly("demo.Main", "demo.Other");
        });
        project.config("build: {mainClass: demo.Other}\n");
        assertThat(build(project).digest()).startsWith("sha256:");
    }

    @Test
    void severalPlatformsBecomeAnIndex() throws IOException {
        SampleProject project = SampleProject.maven(folder.resolve("p"));
        project.config("build: {platforms: [linux/amd64, linux/arm64]}\n");
        StepResult.Build result = build(project);
        ImageLayout layout = ImageLayout.open(project.root.resolve(result.layout()));
        assertThat(layout.root().isIndex()).isTrue();
        assertThat(layout.manifests().stream().map(Descriptor::platform).flatMap(Optional::stream))
                .containsExactly("linux/amd64", "linux/arm64");
        assertThat(layout.configOf(layout.manifests().get(1))
                        .path("architecture")
                        .asText())
                .isEqualTo("arm64");
    }

    @Test
    void aGradleServiceBecomesAnImage() throws IOException {
        assumeThat(new CommandRunner()
                        .run(
                                new Command(
                                        List.of("gradle", "--version"),
                                        folder,
                                        Map.of(),
                                        Duration.ofMinutes(1),
                                        "gradle"),
                                line -> {})
                        .succeeded())
                .as("gradle is installed")
                .isTrue();
        SampleProject project = new SampleProject(folder.resolve("g"))
                .config("")
                .write("gradle.properties", "org.gradle.daemon=false\n")
                .write("settings.gradle", "rootProject.name = 'demo'\n")
                .write("build.gradle", "apply plugin: 'application'\nmainClassName = 'demo.Main'\nversion = '2.0'\n")
                .write("src/main/resources/a.txt", "a")
                .write(
                        "src/main/java/demo/Main.java",
                        "package demo; public class Main { public static void main(String[] words) {} }");
        StepResult.Build result = build(project);
        ImageLayout layout = ImageLayout.open(project.root.resolve(result.layout()));
        assertThat(result.version()).contains("2.0");
        assertThat(layout.configOf(layout.root()).at("/config/Entrypoint/3").asText())
                .isEqualTo("demo.Main");
        assertThat(filesByLayer(layout))
                .containsExactly(List.of("app/resources/a.txt"), List.of("app/classes/demo/Main.class"));
    }

    @Test
    void aPlaceholderThatDoesNotExistIsRefused() {
        SampleProject project = SampleProject.maven(folder.resolve("p"));
        project.write(
                "relevo.yaml",
                "apiVersion: relevo.dev/v1\napp: demo\nimage: {repository: r.example/d, tags: ['{sha}']}\n");
        assertThatThrownBy(() -> build(project)).hasMessageContaining("{sha}");
    }

    static List<List<String>> filesByLayer(ImageLayout layout) throws IOException {
        List<List<String>> layers = new ArrayList<>();
        List<Descriptor> blobs = layout.blobsOf(layout.manifests().get(0));
        for (Descriptor layer : blobs.subList(1, blobs.size())) {
            List<String> files = new ArrayList<>();
            try (InputStream in = new BufferedInputStream(Files.newInputStream(layout.blob(layer.digest())));
                    TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
                for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    if (entry.isFile()) {
                        files.add(entry.getName());
                    }
                }
            }
            layers.add(files);
        }
        return layers;
    }
}
