package dev.relevo.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.project.BuildTool;
import dev.relevo.project.TestReports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("relevoTest")
class TestReportsTest {
    @TempDir
    Path folder;

    private JenkinsAgent agent;

    @BeforeEach
    void anAgentWithAnEngine() throws IOException {
        agent = new JenkinsAgent(folder).withEngine();
    }

    private PipelineProgram.Result run(String jenkinsfile) {
        return new PipelineProgram(Map.of("WORKSPACE", "the workspace")).run(jenkinsfile, agent);
    }

    private static String shown(PipelineProgram.Result result) {
        assertThat(result.called("junit")).hasSize(1);
        assertThat(result.called("junit").get(0).named("allowEmptyResults")).isEqualTo("true");
        return result.called("junit").get(0).named("testResults");
    }

    @ParameterizedTest
    @EnumSource(
            value = BuildTool.Kind.class,
            names = {"MAVEN", "GRADLE"})
    void showsTheReportsThatTheEngineReads(BuildTool.Kind kind) {
        assertThat(shown(run("relevoTest()")).split(",")).containsAll(TestReports.usualPlaces(kind));
    }

    // What else npm's runners use may hold other files than JUnit reports, on which the plugin fails.
    @ParameterizedTest
    @EnumSource(
            value = BuildTool.Kind.class,
            names = {"NPM", "PYTEST"})
    void showsTheReportsThatTheEngineAsksFor(BuildTool.Kind kind) {
        assertThat(TestReports.usualPlaces(kind)).anyMatch(place -> place.matches("\\.relevo/reports/.*\\.xml"));
        assertThat(shown(run("relevoTest()")).split(",")).contains(".relevo/reports/*.xml", "**/junit*.xml");
    }

    @Test
    void showsTheReportsThatItIsTold() {
        assertThat(shown(run("relevoTest(directory: 'web', reports: 'out/*.xml')")))
                .isEqualTo("web/out/*.xml");
        assertThat(shown(run("relevoTest(reports: ['unit/*.xml', 'end-to-end/*.xml'])")))
                .isEqualTo("unit/*.xml,end-to-end/*.xml");
    }

    @Test
    void keepsForItselfWhatOnlyJenkinsNeeds() throws IOException {
        run("relevoTest(environment: 'dev', reports: 'out/*.xml', unstable: true)");

        assertThat(agent.arguments()).isEqualTo("{\"environment\":\"dev\"}");
    }

    @Test
    void showsTheReportsOfFailedTestsAndFailsTheBuild() throws IOException {
        agent.withEngine("test", 3);

        var result = run("relevoTest()");

        assertThat(result.failureMessage()).isEqualTo("script returned exit code 3");
        assertThat(shown(result)).contains("surefire");
        assertThat(result.called("unstable")).isEmpty();
    }

    @Test
    void makesTheBuildUnstableWhereThatIsAskedFor() throws IOException {
        agent.withEngine("test", 3);

        var result = run("return relevoTest(unstable: true)");

        assertThat(result.failure()).isNull();
        assertThat(result.value()).isEqualTo("");
        assertThat(result.called("unstable")).hasSize(1);
        assertThat(shown(result)).contains("surefire");
    }

    @Test
    void failsOnEverythingElseEvenThen() throws IOException {
        agent.withEngine("test", 2);

        var result = run("relevoTest(unstable: true)");

        assertThat(result.failureMessage()).isEqualTo("script returned exit code 2");
        assertThat(result.called("unstable")).isEmpty();
    }

    @Test
    void needsNoJunitPlugin() {
        agent.withoutStep("junit");

        var result = run("return relevoTest()");

        assertThat(result.failure()).isNull();
        assertThat(result.value()).isEqualTo("result of test");
        assertThat(result.inWords()).anySatisfy(step -> assertThat(step).contains("has no junit step"));
        assertThat(result.called("archiveArtifacts")).hasSize(1);
    }

    @Test
    void doesNotTakeAnotherMissingMethodForAMissingPlugin() {
        var result = new PipelineProgram(Map.of()).run("relevoTest()", call -> {
            if (call.name().equals("junit")) {
                throw new NoSuchMethodError("hudson.FilePath.list");
            }
            return agent.carryOut(call);
        });

        assertThat(result.failure()).isInstanceOf(NoSuchMethodError.class).hasMessage("hudson.FilePath.list");
    }
}
