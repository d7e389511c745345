package dev.relevo.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A step with the real engine")
class EngineTest {
    @TempDir
    Path folder;

    private JenkinsAgent agent;

    @BeforeEach
    void anAgentWithTheEngineAndAProject() throws IOException {
        agent = new JenkinsAgent(folder);
        installEngine("");
        Path project = Files.createDirectories(agent.workspace().resolve("a service"));
        Files.writeString(project.resolve("relevo.yaml"), """
                apiVersion: relevo.dev/v1
                app: clients
                image:
                  repository: registry.example.com/team/clients
                """);
    }

    // The same engine as in a release, only that it is started from the classes that were just compiled.
    private void installEngine(String before) throws IOException {
        JenkinsAgent.program(folder.resolve("bin/relevo"), """
                #!/bin/sh
                %sexec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' dev.relevo.cli.Main "$@"
                """.formatted(
                        before, System.getProperty("java.home"), System.getProperty("java.class.path")));
    }

    private PipelineProgram.Result run(String jenkinsfile) {
        return new PipelineProgram(Map.of("WORKSPACE", "the workspace", "BRANCH_NAME", "x'; rm -rf $HOME #"))
                .run(jenkinsfile, agent);
    }

    @Test
    void hasItsArgumentsTakenForFlags() {
        var result = run("return relevo('config explain', directory: 'a service', namespace: 'team-a', "
                + "set: ['deploy.timeout': '9m', 'image.tags': [env.BRANCH_NAME]])");

        assertThat(result.failure()).as(agent.log()).isNull();
        assertThat(String.valueOf(result.value()))
                .containsPattern("environment.namespace +team-a +flag")
                .containsPattern("deploy.timeout +9m +flag --set")
                .contains("[\"x'; rm -rf $HOME #\"]");
        assertThat(agent.home()).exists();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            stratgy: 'canary'           | knows no argument [stratgy]
            enviroment: 'dev'           | knows no argument [enviroment]; did you mean [environment]?
            set: 'deploy.timeout=2m'    | has ["deploy.timeout=2m"] for [set]; expected an object of keys and values
            set: ['a.b': [c: 1]]        | has [{"c":1}] for [set.a.b]; expected a text
            json: 'perhaps'             | has ["perhaps"] for [json]; expected true or false
            """)
    void hasItsWrongArgumentsNamedByTheEngine(String arguments, String message) {
        var result = run("relevo('config explain', directory: 'a service', " + arguments + ")");

        assertThat(result.failureMessage()).isEqualTo("script returned exit code 2");
        assertThat(agent.log()).contains("RLV-106: RELEVO_ARGS " + message);
    }

    /** Makes the project's tests a script that writes a report with one test, passed or failed. */
    private void projectWithTest(String outcome, int status) throws IOException {
        Path project = agent.workspace().resolve("a service");
        Files.writeString(project.resolve("relevo.yaml"), """
                test:
                  command: [sh, test.sh]
                  reports: [junit.xml]
                """, StandardOpenOption.APPEND);
        Files.writeString(project.resolve("test.sh"), """
                env > seen
                echo '<testsuite><testcase classname="Clients" name="adds">%s</testcase></testsuite>' > junit.xml
                exit %d
                """.formatted(outcome, status));
    }

    @Test
    void leavesItsResultWhereItIsArchivedFrom() throws IOException {
        projectWithTest("", 0);

        var result = run("return relevoTest(directory: 'a service')");

        assertThat(result.failure()).as(agent.log()).isNull();
        String patterns = result.called("archiveArtifacts").get(0).named("artifacts");
        assertThat(agent.workspace().resolve(patterns.replaceFirst(",.*", "")))
                .content()
                .contains("\"total\" : 1");
        assertThat(result.called("junit").get(0).named("testResults")).contains("a service/**/junit*.xml");
    }

    @Test
    void saysThatTestsFailedInAWayThatCanMakeTheBuildUnstable() throws IOException {
        projectWithTest("<failure message=\"no money\"/>", 1);

        var unstable = run("relevoTest(directory: 'a service', unstable: true)");
        var failed = run("relevoTest(directory: 'a service')");

        assertThat(unstable.failure()).as(agent.log()).isNull();
        assertThat(unstable.called("unstable")).hasSize(1);
        assertThat(failed.failureMessage()).isEqualTo("script returned exit code 3");
        assertThat(agent.log()).contains("no money");
    }

    @Test
    void keepsItsArgumentsFromWhatTheEngineRuns() throws IOException {
        projectWithTest("", 0);

        run("relevoTest(directory: 'a service', set: ['test.slowest': 3])");

        assertThat(agent.workspace().resolve("a service/seen"))
                .content()
                .contains("PATH=")
                .doesNotContain("RELEVO_ARGS", "RELEVO_LIBRARY_VERSION");
    }

    @Test
    void isRefusedByAnEngineOfAnotherVersion() throws IOException {
        installEngine("RELEVO_LIBRARY_VERSION=0.0.1; ");

        var result = run("relevo('config explain', directory: 'a service')");

        assertThat(result.failureMessage()).isEqualTo("script returned exit code 2");
        assertThat(agent.log()).contains("RLV-903: The calling library has version 0.0.1, the engine ");
    }
}
