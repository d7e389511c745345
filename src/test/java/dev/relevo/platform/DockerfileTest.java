package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relevo.platform.Dockerfile.Instruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A Dockerfile of the platform")
class DockerfileTest {
    private static final Path CONTROLLER = Path.of("jenkins-image/controller/Dockerfile");
    private static final Path AGENT = Path.of("jenkins-image/agent/Dockerfile");

    static List<Path> files() {
        return List.of(CONTROLLER, AGENT);
    }

    private static List<String> all(Dockerfile.Stage stage, String name) {
        return stage.body().stream()
                .filter(instruction -> instruction.is(name))
                .map(Instruction::arguments)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void keepsTheRules(Path file) throws Exception {
        assertThat(DockerfileRules.findings(Dockerfile.read(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void saysWhatTheImageIs(Path file) throws Exception {
        assertThat(String.join(" ", all(Dockerfile.read(file).lastStage(), "LABEL")))
                .contains(
                        "org.opencontainers.image.title=",
                        "org.opencontainers.image.description=",
                        "org.opencontainers.image.version=",
                        "org.opencontainers.image.licenses=\"Apache-2.0\"");
    }

    @ParameterizedTest
    @MethodSource("files")
    void copiesOnlyWhatThereIs(Path file) throws Exception {
        Path context = file.equals(AGENT) ? Path.of("") : Path.of("jenkins-image");

        assertThat(Dockerfile.read(file).instructions())
                .filteredOn(i -> i.is("COPY") && !i.arguments().contains("--from="))
                .isNotEmpty()
                .allSatisfy(i -> assertThat(context.resolve(i.withoutFlags().split("\\s+")[0]))
                        .exists());
    }

    @Test
    void ofTheControllerIsTheOfficialLtsAndMovesByOneArgument() throws Exception {
        Dockerfile file = Dockerfile.read(CONTROLLER);

        assertThat(file.arguments()).containsEntry("JENKINS_VERSION", "2.568.2");
        assertThat(file.lastStage().base(file)).isEqualTo("docker.io/jenkins/jenkins:2.568.2-lts-jdk21");
    }

    @Test
    void ofTheControllerInstallsExactlyTheListedPluginsAndNoWizard() throws Exception {
        Dockerfile.Stage stage = Dockerfile.read(CONTROLLER).lastStage();

        assertThat(all(stage, "RUN")).singleElement().asString().contains("jenkins-plugin-cli --latest=false ");
        assertThat(String.join(" ", all(stage, "ENV")))
                .contains("-Djenkins.install.runSetupWizard=false", "JENKINS_SLAVE_AGENT_PORT=-1");
        assertThat(all(stage, "HEALTHCHECK")).hasSize(1);
    }

    @Test
    void ofTheAgentHasAllItsStagesOnOneBase() throws Exception {
        Dockerfile file = Dockerfile.read(AGENT);

        assertThat(file.stages())
                .extracting(stage -> stage.base(file))
                .containsOnly(
                        "docker.io/library/maven:3.9.11-eclipse-temurin-21",
                        "docker.io/jenkins/inbound-agent:3385.vf1123fb_515da_-1-jdk21");
    }

    @Test
    void ofTheAgentKnowsTheChecksumOfTheKubectlThatItFetches() throws Exception {
        String version = all(Dockerfile.read(AGENT).lastStage(), "ARG").stream()
                .filter(argument -> argument.startsWith("KUBECTL_VERSION="))
                .findFirst()
                .orElseThrow()
                .replace("KUBECTL_VERSION=", "");

        assertThat(Dockerfile.read(AGENT).instructions())
                .filteredOn(i -> i.is("ARG") && i.arguments().startsWith("KUBECTL_VERSION"))
                .extracting(Instruction::arguments)
                .containsOnly("KUBECTL_VERSION=" + version);
        assertThat(Files.readAllLines(Path.of("jenkins-image/agent/kubectl.sha256")))
                .hasSize(2)
                .allMatch(line -> line.matches("[0-9a-f]{64}  kubectl-" + version + "-linux-(amd64|arm64)"));
    }

    @Nested
    @DisplayName("would be refused when it")
    class Refused {
        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                FROM debian                                                  | DL3006
                FROM debian:latest                                           | DL3007
                FROM debian:12;COPY --from=other /a /b                       | DL3022
                FROM debian:12;USER root                                     | DL3002
                FROM debian:12;USER jenkins                                  | DL3002
                FROM debian:12;CMD java -jar a.jar                           | DL3025
                FROM debian:12;HEALTHCHECK CMD curl localhost                | DL3025
                FROM debian:12;ADD app.jar /app/                             | DL3020
                FROM debian:12;WORKDIR app                                   | DL3000
                FROM debian:12;ENV DB_PASSWORD=secret                        | holds a secret
                FROM debian:12;RUN sudo true                                 | DL3004
                FROM debian:12;RUN cd /tmp && make                           | DL3003
                FROM debian:12;RUN true;RUN true                             | DL3059
                FROM debian:12;RUN curl --output a localhost                 | without a look at its checksum
                FROM debian:12;RUN cat a ¦ sort                             | DL4006
                FROM debian:12;RUN jenkins-plugin-cli --plugins git:1        | leaves the cache
                FROM debian:12;RUN apt-get install -y curl=1                 | DL3009
                FROM debian:12;RUN apt-get install -y curl=1                 | DL3015
                FROM debian:12;RUN apt-get install -y git                    | DL3008
                FROM debian:12;RUN apt-get install git=1                     | DL3014
                FROM debian:12;RUN apt-get install -y git=1 curl=1           | are not sorted
                """)
        void breaksARule(String lines, String finding) {
            String text = lines.replace(";", "\n").replace("¦", "|") + (lines.contains("USER") ? "" : "\nUSER 1000");

            assertThat(DockerfileRules.findings(Dockerfile.parse(text))).anyMatch(said -> said.contains(finding));
        }

        @Test
        void doesNotBreakOneWithAllOfThemKept() {
            assertThat(DockerfileRules.findings(Dockerfile.parse("""
                            ARG TAG=12
                            FROM debian:${TAG} AS build
                            RUN apt-get update \\
                                # why git
                                && apt-get install -y --no-install-recommends curl=1 git=2 \\
                                && rm -rf /var/lib/apt/lists/*
                            FROM build
                            COPY --from=build /a /b
                            USER 1000:1000
                            ENTRYPOINT ["/b"]
                            """))).isEmpty();
        }
    }

    @Test
    void isReadAsItsInstructions() {
        Dockerfile file = Dockerfile.parse("# comment\n\nfrom a:1\nRUN one \\\n  # between\n  && two\n");

        assertThat(file.instructions())
                .containsExactly(new Instruction(3, "FROM", "a:1"), new Instruction(4, "RUN", "one && two"));
        assertThatThrownBy(() -> Dockerfile.parse("FROM a:1\nRUN one \\"))
                .hasMessage("Line 2 goes on after the end of the file");
    }
}
