package dev.relevo.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relevo.image.ImageLayout;
import dev.relevo.local.registry.LocalRegistry;
import dev.relevo.local.registry.StoredImage;
import dev.relevo.platform.running.UnansweredPort;
import dev.relevo.report.Event;
import dev.relevo.report.ExitCode;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PushStepTest {
    @TempDir
    Path folder;

    private SampleProject project;

    @BeforeEach
    void aProject() {
        project = new SampleProject(folder.resolve("project"));
    }

    private StepResult.Push push(Map<String, String> environment) {
        return new PushStep(environment).run(project.context());
    }

    private StepResult.Push push() {
        return push(Map.of("DOCKER_CONFIG", folder.resolve("docker").toString()));
    }

    private static Consumer<RelevoException> code(String id) {
        return failure -> {
            assertThat(failure.problem().code().id()).isEqualTo(id);
            assertThat(failure.problem().code().exit()).isEqualTo(ExitCode.REGISTRY);
        };
    }

    @Nested
    class IntoTheEmbeddedRegistry {
        private LocalRegistry registry;

        @BeforeEach
        void start() throws IOException {
            registry = LocalRegistry.start(folder.resolve("store"), 0);
        }

        @AfterEach
        void stop() {
            registry.close();
        }

        private ImageLayout built(String text, String... tags) throws IOException {
            return BuiltImage.in(project, registry.authority() + "/team/demo", text, List.of(tags));
        }

        @Test
        void theImageArrivesByteForByteUnderAllItsTags() throws IOException {
            ImageLayout layout = built("one", "1.0", "latest");
            StepResult.Push result = push();

            assertThat(result.image())
                    .isEqualTo(
                            registry.authority() + "/team/demo@" + layout.root().digest());
            assertThat(result.tags()).containsExactly("1.0", "latest");
            assertThat(result.bytesSent()).isPositive();
            StoredImage stored = registry.resolve("team/demo", "latest").orElseThrow();
            assertThat(stored.digest()).isEqualTo(layout.root().digest().toString());
            assertThat(stored.config()).contains("demo.Main");
            assertThat(StepResults.of(project.root).require(StepResult.Push.class))
                    .isEqualTo(result);
            assertThat(project.events)
                    .anyMatch(event -> event instanceof Event.TaskProgress progress
                            && progress.unit().equals("bytes")
                            && progress.done() == progress.total());
        }

        @Test
        void whatIsThereIsNotSentAgain() throws IOException {
            built("one", "1.0");
            StepResult.Push first = push();
            StepResult.Push again = push();
            assertThat(again.bytesSent()).isZero();
            assertThat(again.bytesPresent()).isEqualTo(first.bytesSent());
            assertThat(again.image()).isEqualTo(first.image());
        }

        @Test
        void aTagThatMeansAnotherImageIsNotMoved() throws IOException {
            built("one", "1.0");
            StepResult.Push first = push();
            built("two", "1.0", "latest");
            assertThatThrownBy(() -> push())
                    .isInstanceOfSatisfying(RelevoException.class, code("RLV-404"))
                    .hasMessageContaining("[1.0]");
            assertThat(registry.resolve("team/demo", "1.0").orElseThrow().digest())
                    .isEqualTo(first.image().substring(first.image().indexOf('@') + 1));
            assertThat(registry.resolve("team/demo", "latest")).isEmpty();
        }

        @Test
        void aMovableTagMoves() throws IOException {
            built("one", "edge-main");
            push();
            ImageLayout second = built("two", "edge-main");
            push();
            assertThat(registry.resolve("team/demo", "edge-main").orElseThrow().digest())
                    .isEqualTo(second.root().digest().toString());
        }

        @Test
        void anIndexArrivesWithAllItsMembers() throws IOException {
            ImageLayout layout = BuiltImage.in(
                    project, registry.authority() + "/demo", "one", List.of("1.0"), "linux/amd64", "linux/arm64");
            assertThat(push().image()).endsWith(layout.root().digest().toString());
            assertThat(registry.resolve("demo", "1.0").orElseThrow().digest())
                    .isIn(layout.manifests().stream()
                            .map(member -> member.digest().toString())
                            .toList());
        }

        @Test
        void withoutATagItArrivesByDigest() throws IOException {
            ImageLayout layout = built("one");
            push();
            assertThat(registry.resolve("team/demo", layout.root().digest().toString()))
                    .isPresent();
        }
    }

    @Nested
    class ThroughTheDoor {
        @ParameterizedTest
        @EnumSource(
                value = GuardedRegistry.Door.class,
                names = {"BASIC", "BEARER"})
        void aLoginOfDockersConfigOpensIt(GuardedRegistry.Door door) throws IOException {
            try (GuardedRegistry registry = new GuardedRegistry(folder.resolve("store"), door)) {
                BuiltImage.in(project, registry.authority() + "/demo", "one", List.of("1.0"));
                assertThatThrownBy(() -> push())
                        .isInstanceOfSatisfying(RelevoException.class, code("RLV-402"))
                        .hasMessageContaining("wants a login");

                String auth = GuardedRegistry.login("ann", "se:cret").substring("Basic ".length());
                write(
                        "docker/config.json",
                        "{\"auths\":{\"" + registry.authority() + "\":{\"auth\":\"" + auth + "\"}}}");
                assertThat(push().bytesSent()).isPositive();
                assertThat(project.said()).doesNotContain("se:cret").doesNotContain(auth);
            }
        }

        @Test
        void aCredentialHelperIsAsked() throws IOException {
            try (GuardedRegistry registry = new GuardedRegistry(folder.resolve("store"), GuardedRegistry.Door.BEARER)) {
                BuiltImage.in(project, registry.authority() + "/demo", "one", List.of("1.0"));
                write("docker/config.json", "{\"credHelpers\":{\"" + registry.authority() + "\":\"vault\"}}");
                Path helper = write("bin/docker-credential-vault", """
                        #!/bin/sh
                        read -r server || true
                        [ "$1" = get ] && [ "$server" = %s ] || { echo "no $server" >&2; exit 1; }
                        echo '{"Username":"ann","Secret":"se:cret"}'
                        """.formatted(registry.authority()));
                assertThat(helper.toFile().setExecutable(true)).isTrue();
                Map<String, String> environment = Map.of(
                        "DOCKER_CONFIG",
                        folder.resolve("docker").toString(),
                        "PATH",
                        folder.resolve("bin") + ":" + System.getenv("PATH"));
                assertThat(push(environment).bytesSent()).isPositive();

                write("docker/config.json", "{\"credsStore\":\"gone\"}");
                assertThatThrownBy(() -> push(environment))
                        .isInstanceOfSatisfying(RelevoException.class, code("RLV-408"))
                        .hasMessageContaining("docker-credential-gone");
            }
        }

        @Test
        void filesNamedInTheEnvironmentOpenIt() throws IOException {
            try (GuardedRegistry registry = new GuardedRegistry(folder.resolve("store"), GuardedRegistry.Door.BASIC)) {
                BuiltImage.in(project, registry.authority() + "/demo", "one", List.of("1.0"));
                String user = write("user", "ann\n").toString();
                Map<String, String> right = Map.of(
                        "RELEVO_REGISTRY_USERNAME_FILE",
                        user,
                        "RELEVO_REGISTRY_PASSWORD_FILE",
                        write("right", "se:cret\n").toString());
                assertThat(push(right).bytesSent()).isPositive();
                Map<String, String> wrong = Map.of(
                        "RELEVO_REGISTRY_USERNAME_FILE",
                        user,
                        "RELEVO_REGISTRY_PASSWORD_FILE",
                        write("wrong", "guess").toString());
                assertThatThrownBy(() -> push(wrong))
                        .isInstanceOfSatisfying(RelevoException.class, code("RLV-402"))
                        .hasMessageContaining("does not accept the login");
                assertThatThrownBy(() -> push(Map.of("RELEVO_REGISTRY_USERNAME_FILE", user)))
                        .isInstanceOfSatisfying(RelevoException.class, code("RLV-408"))
                        .hasMessageContaining("RELEVO_REGISTRY_PASSWORD_FILE is not set");
            }
        }
    }

    @Nested
    class OnABadDay {
        @Test
        void whatCanHealIsTriedAgain() throws IOException {
            try (GuardedRegistry registry = new GuardedRegistry(folder.resolve("store"), GuardedRegistry.Door.OPEN)) {
                BuiltImage.in(project, registry.authority() + "/demo", "one", List.of("1.0"));
                registry.unavailableUploads.set(1);
                registry.brokenUploads.set(1);
                assertThat(push().bytesSent()).isPositive();
                assertThat(registry.behind.resolve("demo", "1.0")).isPresent();
                assertThat(project.said()).contains("answered 503; attempt 2 of 3");
            }
        }

        @Test
        void whatDoesNotHealEndsWithTheReasonAndWithoutATag() throws IOException {
            try (GuardedRegistry registry = new GuardedRegistry(folder.resolve("store"), GuardedRegistry.Door.OPEN)) {
                BuiltImage.in(project, registry.authority() + "/demo", "one", List.of("1.0"));
                registry.unavailableUploads.set(1000);
                assertThatThrownBy(() -> push())
                        .isInstanceOfSatisfying(RelevoException.class, code("RLV-401"))
                        .hasMessageContaining("503");
                assertThat(registry.behind.resolve("demo", "1.0")).isEmpty();
                assertThatThrownBy(() -> StepResults.of(project.root).require(StepResult.Push.class))
                        .hasMessageContaining("failed before");
            }
        }

        @Test
        void aRegistryThatIsNotThereIsNamed() throws IOException {
            try (UnansweredPort port = new UnansweredPort()) {
                BuiltImage.in(project, port.authority() + "/demo", "one", List.of("1.0"));
                assertThatThrownBy(() -> push())
                        .isInstanceOfSatisfying(RelevoException.class, code("RLV-401"))
                        .hasMessageContaining(port.authority());
            }
        }
    }

    @Test
    void withoutABuildItSaysWhichStepToRun() {
        project.config("");
        assertThatThrownBy(() -> push()).isInstanceOfSatisfying(RelevoException.class, failure -> {
            assertThat(failure.problem().code().id()).isEqualTo("RLV-191");
            assertThat(failure.problem().remedy().orElseThrow()).contains("relevo build");
        });
    }

    private Path write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
