package dev.relevo.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Jenkinsfile of the sample service")
class SampleJenkinsfilesTest {
    @TempDir
    Path folder;

    private JenkinsAgent agent;

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("sample-service"))) {
            return all.filter(file -> file.getFileName().toString().startsWith("Jenkinsfile"))
                    .toList();
        }
    }

    static String withoutLibrary(Path jenkinsfile) {
        try {
            return Files.readString(jenkinsfile).replace("@Library('relevo') _", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void anAgentWithAnEngine() throws IOException {
        agent = new JenkinsAgent(folder).withEngine();
    }

    private PipelineProgram.Result run(String name, Map<String, String> params) {
        return new PipelineProgram(Map.of("BRANCH_NAME", "main"), params)
                .run(withoutLibrary(Path.of("sample-service", name)), agent);
    }

    @Test
    void canBeOneLine() throws IOException {
        var result = run("Jenkinsfile", Map.of());

        assertThat(result.failure()).isNull();
        assertThat(result.inWords()).startsWith("node relevo");
        assertThat(agent.commands()).containsExactly("test", "build", "push", "configmap", "deploy");
    }

    @Test
    void asksForProductionOnlyAndShowsThePlanFirst() throws IOException {
        var result = run("Jenkinsfile.declarative", Map.of("ENVIRONMENT", "prod", "STRATEGY", "canary"));

        assertThat(result.failure()).isNull();
        assertThat(agent.commands()).containsExactly("test", "build", "push", "plan", "configmap", "deploy");
        assertThat(result.inWords())
                .containsSubsequence(
                        "agent relevo",
                        "echo result of plan",
                        "input {message=Hand production over to this version?, ok=Deploy}",
                        "milestone 1",
                        "lock {resource=clients-prod, inversePrecedence=true}",
                        "milestone 2",
                        "sh relevo deploy",
                        "archiveArtifacts sample-service/.relevo/*.json,sample-service/.relevo/report.html");
        assertThat(run("Jenkinsfile.declarative", Map.of("ENVIRONMENT", "dev", "STRATEGY", ""))
                        .called("input"))
                .isEmpty();
    }

    @Test
    void deploysWhatItWasAskedToTheEnvironmentThatItWasAskedTo() throws IOException {
        var result = run("Jenkinsfile.deploy", Map.of("ENVIRONMENT", "prod", "STRATEGY", "canary", "ROLLBACK_TO", ""));

        assertThat(result.failure()).isNull();
        assertThat(agent.commands()).containsExactly("test", "build", "push", "configmap", "deploy");
        assertThat(agent.arguments())
                .isEqualTo("{\"directory\":\"sample-service\",\"environment\":\"prod\",\"strategy\":\"canary\"}");
        assertThat(result.called("lock"))
                .extracting(call -> call.named("resource"))
                .containsExactly("clients-prod");
    }

    @Test
    void bringsAnEarlierReleaseBackAndNothingElse() throws IOException {
        var result = run("Jenkinsfile.deploy", Map.of("ENVIRONMENT", "prod", "STRATEGY", "", "ROLLBACK_TO", "3"));

        assertThat(result.failure()).isNull();
        assertThat(agent.commands()).containsExactly("rollback");
        assertThat(agent.arguments())
                .isEqualTo("{\"directory\":\"sample-service\",\"environment\":\"prod\",\"to\":\"3\"}");
        assertThat(result.called("lock"))
                .extracting(call -> call.named("resource"))
                .containsExactly("clients-prod");
    }
}
