package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.relevo.platform.running.StandInKubectl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Builds the images of the platform, and that of the sample service, from their Dockerfiles on a stand-in for the official
 * bases, so that no registry is needed, and runs them as the platform does.
 *
 * <p>{@code PLATFORM_TEST_BASE} names the stand-in: an image in the local engine with a shell, curl, git, a JDK and Maven
 * in {@code /usr/share/maven}, such as any Debian with these packages.
 */
@DisplayName("An image of the platform")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImagesIT {
    private static final String PREFIX = "localhost/relevo-test/";

    private Path folder = Path.of("");
    private ContainerEngine engine = new ContainerEngine("none");

    @BeforeAll
    void makeTheStandIns(@TempDir Path temporary) throws Exception {
        folder = temporary;
        Optional<ContainerEngine> found = ContainerEngine.find();
        assumeTrue(found.isPresent(), "neither docker nor podman can run containers here");
        String base = System.getenv("PLATFORM_TEST_BASE");
        assumeTrue(
                base != null,
                "PLATFORM_TEST_BASE is not set; set it to an image with a shell, curl, git, a JDK and Maven");
        engine = found.orElseThrow();
        // What the Dockerfiles expect of the official images, and nothing else.
        Files.writeString(folder.resolve("Dockerfile"), """
                FROM %s
                RUN echo 'jenkins:x:1000:1000::/home/jenkins:/bin/sh' >> /etc/passwd \\
                    && echo 'jenkins:x:1000:' >> /etc/group \\
                    && mkdir -p /var/jenkins_home /home/jenkins/agent /usr/share/jenkins/ref/plugins \\
                    && chown -R jenkins:jenkins /var/jenkins_home /home/jenkins /usr/share/jenkins \\
                    && printf '#!/bin/sh\\nset -e\\nfor last; do :; done\\ngrep -v -e "^#" -e "^$" "$last" > /usr/share/jenkins/ref/plugins/installed\\nmkdir -p "$CACHE_DIR"\\necho "$*" > /usr/share/jenkins/ref/plugins/arguments\\n' > /bin/jenkins-plugin-cli \\
                    && chmod 755 /bin/jenkins-plugin-cli
                USER jenkins
                """.formatted(base));
        for (String name : List.of(
                "jenkins:2.568.2-lts-jdk21",
                "inbound-agent:3385.vf1123fb_515da_-1-jdk21",
                "maven:3.9.11-eclipse-temurin-21")) {
            engine.build("--tag", PREFIX + name, folder.toString());
        }
    }

    private JsonNode configuration(String image) throws Exception {
        return new ObjectMapper()
                .readTree(engine.must("inspect", "--type=image", image))
                .path(0)
                .path("Config");
    }

    @Test
    void ofTheControllerHasTheListedPluginsItsConfigurationAndNoRightToChangeThem() throws Exception {
        String image = PREFIX + "controller";
        engine.build(
                "--build-arg=BASE_IMAGE=" + PREFIX + "jenkins",
                "--tag=" + image,
                "--file=jenkins-image/controller/Dockerfile",
                "jenkins-image");

        assertThat(configuration(image).path("User").asText()).isEqualTo("1000:1000");
        assertThat(configuration(image).path("Env").toString())
                .contains("CASC_JENKINS_CONFIG=/usr/share/jenkins/casc/controller,", "JENKINS_SLAVE_AGENT_PORT=-1");
        assertThat(engine.must("inspect", "--type=image", image)).contains("http://127.0.0.1:8080/login");
        assertThat(engine.inside(image, "cat", "/usr/share/jenkins/ref/plugins/arguments"))
                .startsWith("--latest=false --plugin-file ");
        assertThat(engine.inside(image, "cat", "/usr/share/jenkins/ref/plugins/installed"))
                .contains("git:5.10.1")
                .doesNotContain("#");
        assertThat(engine.inside(image, "find", "/usr/share/jenkins/casc", "-name", "*.yaml", "-readable")
                        .lines())
                .hasSize(ConfigurationAsCodeTest.files().size());
        assertThat(engine.inside(image, "id", "-u").strip()).isEqualTo("1000");
        assertThatThrownBy(() -> engine.inside(image, "touch", "/usr/share/jenkins/casc/mine.yaml"))
                .hasMessageContaining("Read-only file system");
    }

    @Test
    void ofTheAgentRunsTheEngineFromItsArchiveOfClasses() throws Exception {
        String image = PREFIX + "agent";
        Path context = contextOfTheAgent();
        try (StandInKubectl kubectl = StandInKubectl.serve()) {
            engine.build(
                    "--network=host",
                    "--build-arg=BASE_IMAGE=" + PREFIX + "inbound-agent",
                    "--build-arg=MAVEN_IMAGE=" + PREFIX + "maven",
                    "--build-arg=KUBECTL_URL=" + kubectl.address(),
                    "--tag=" + image,
                    "--file=" + context.resolve("jenkins-image/agent/Dockerfile"),
                    context.toString());
        }

        assertThat(configuration(image).path("User").asText()).isEqualTo("1000:1000");
        assertThat(engine.inside(image, "relevo", "--version")).startsWith("relevo ");
        assertThat(engine.inside(image, "sh", "-c", "RELEVO_JAVA_OPTS=-Xshare:on relevo --version"))
                .startsWith("relevo ");
        assertThat(engine.inside(image, "mvn", "--version")).contains("Apache Maven");
        assertThat(engine.inside(image, "kubectl")).isEqualTo(StandInKubectl.SAYS + "\n");
        assertThat(engine.run(List.of(
                                "run", "--rm", "--read-only", "--network=none", "--entrypoint=connect-agent", image))
                        .output())
                .contains("connect-agent: JENKINS_URL is not set");
    }

    @Test
    void ofTheAgentIsNotMadeWithAKubectlThatIsNotTheOneThatWasMeant() throws Exception {
        Path context = contextOfTheAgent();
        Path sums = context.resolve("jenkins-image/agent/kubectl.sha256");
        Files.writeString(sums, Files.readString(sums).replaceFirst("[0-9a-f]{64}", "0".repeat(64)));
        try (StandInKubectl kubectl = StandInKubectl.serve()) {
            assertThatThrownBy(() -> engine.build(
                            "--network=host",
                            "--target=kubectl",
                            "--build-arg=BASE_IMAGE=" + PREFIX + "inbound-agent",
                            "--build-arg=MAVEN_IMAGE=" + PREFIX + "maven",
                            "--build-arg=KUBECTL_URL=" + kubectl.address(),
                            "--file=" + context.resolve("jenkins-image/agent/Dockerfile"),
                            context.toString()))
                    .hasMessageContaining("FAILED");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', false", "-Dagent=true, true"})
    void ofTheSampleServiceHasOpenTelemetrysAgentWhereItIsAskedFor(String options, boolean asked) throws Exception {
        // The Dockerfile names the official images, so a tag of their own says that stand-ins are meant.
        Path standIn = Files.createTempDirectory(folder, "sample");
        Files.writeString(standIn.resolve("Dockerfile"), """
                FROM %s
                ENV PATH=/usr/share/maven/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
                """.formatted(System.getenv("PLATFORM_TEST_BASE")));
        for (String name : List.of("maven", "eclipse-temurin")) {
            engine.build("--tag", "docker.io/library/" + name + ":relevo-test", standIn.toString());
        }
        String image = PREFIX + "clients";
        engine.build(
                "--network=host",
                "--build-arg=BUILD_TAG=relevo-test",
                "--build-arg=BASE_TAG=relevo-test",
                "--build-arg=MAVEN_OPTS=" + options,
                "--tag=" + image,
                "sample-service");

        assertThat(configuration(image).path("User").asText()).isEqualTo("10001:10001");
        List<String> said = engine.inside(image, "sh", "-c", """
                        DB_START_TIMEOUT_MS=1 java @resources/jvm.options -cp 'clients.jar:libs/*' \
                            dev.relevo.samples.clients.Application || true""").lines().toList();
        assertThat(said).last().asString().contains("The service cannot start: ");
        assertThat(said)
                .allSatisfy(line -> assertThat(new ObjectMapper().readTree(line).isObject())
                        .as(line)
                        .isTrue());
        assertThat(said.stream().anyMatch(line -> line.contains("opentelemetry-javaagent - version")))
                .isEqualTo(asked);
    }

    /** The files that the agent's Dockerfile copies, with the engine of this checkout and the checksum of the stand-in. */
    private Path contextOfTheAgent() throws Exception {
        Path context = Files.createTempDirectory(folder, "context");
        Path agent = Files.createDirectories(context.resolve("jenkins-image/agent"));
        try (Stream<Path> files = Files.list(Path.of("jenkins-image/agent"))) {
            for (Path file : files.toList()) {
                Files.copy(file, agent.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        StandInKubectl.expectIn(agent.resolve("kubectl.sha256"));
        Path target = Files.createDirectories(context.resolve("target"));
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            Optional<Path> tarball = files.filter(
                            file -> file.getFileName().toString().matches("relevo-.*\\.tar\\.gz"))
                    .findFirst();
            assumeTrue(
                    tarball.isPresent(),
                    "there is no target/relevo-….tar.gz; make it with mvn -Pdist -DskipTests package");
            Files.copy(
                    tarball.orElseThrow(), target.resolve(tarball.orElseThrow().getFileName()));
        }
        return context;
    }
}
