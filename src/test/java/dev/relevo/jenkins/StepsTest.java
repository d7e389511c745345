package dev.relevo.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A step of the library")
class StepsTest {
    private static final String EVERY_STEP = """
            relevoTest,      test
            relevoBuild,     build
            relevoPush,      push
            relevoConfigMap, configmap
            relevoDeploy,    deploy
            """;

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

    private JsonNode arguments() throws IOException {
        return new ObjectMapper().readTree(agent.arguments());
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STEP)
    void runsItsCommandAndReturnsWhatTheEnginePrinted(String step, String command) throws IOException {
        var result = run("return " + step + "()");

        assertThat(result.failure()).isNull();
        assertThat(result.value()).isEqualTo("result of " + command);
        assertThat(agent.commands()).containsExactly(command);
        assertThat(agent.arguments()).isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STEP)
    void showsTheEnginesProgressInTheLogAndNothingOfItsOwnScript(String step, String command) {
        run(step + "()");

        assertThat(agent.log()).contains("progress of " + command).doesNotContain("launcher");
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STEP)
    void costsOneScriptAndAtMostTwoStepsThatCollectResults(String step, String command) {
        var result = run(step + "()");

        assertThat(result.called("sh")).hasSize(1);
        assertThat(result.called("junit").size()
                        + result.called("readFile").size()
                        + result.called("archiveArtifacts").size())
                .isBetween(1, 2);
        assertThat(result.steps())
                .extracting(StepCall::name)
                .isSubsetOf(
                        "libraryResource", "withEnv", "sh", "end of withEnv", "junit", "readFile", "archiveArtifacts");
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STEP)
    void handsItsArgumentsToTheEngineAsJson(String step, String command) throws IOException {
        run(
                step
                        + "(directory: 'a service', environment: 'dev', namespace: 'team-a', set: ['image.tags': '1,2', 'push.attempts': 3])");

        assertThat(arguments().toString())
                .isEqualTo("{\"directory\":\"a service\",\"environment\":\"dev\",\"namespace\":\"team-a\","
                        + "\"set\":{\"image.tags\":\"1,2\",\"push.attempts\":3}}");
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STEP)
    void archivesItsResultAndThePageFromTheProjectsFolderInOneStep(String step, String command) {
        assertThat(archived(run(step + "()"))).containsExactly(".relevo/" + command + ".json,.relevo/report.html");
        assertThat(archived(run(step + "(directory: 'a service')")))
                .containsExactly("a service/.relevo/" + command + ".json,a service/.relevo/report.html");
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STEP)
    void failsWithTheEngineAndStillArchivesItsResultAndThePage(String step, String command) throws IOException {
        agent.withEngine(command, 6);

        var result = run(step + "()");

        assertThat(result.failureMessage()).isEqualTo("script returned exit code 6");
        assertThat(agent.log()).contains("no luck with " + command);
        assertThat(archived(result)).containsExactly(".relevo/" + command + ".json,.relevo/report.html");
    }

    @ParameterizedTest
    @CsvSource(textBlock = EVERY_STEP)
    void refusesAnArgumentThatItDoesNotKnowBeforeAnythingRuns(String step, String command) throws IOException {
        var result = run(step + "(enviroment: 'dev')");

        assertThat(result.failureMessage())
                .startsWith(step + ": unknown argument [enviroment]; did you mean [environment]? It takes directory, ");
        assertThat(agent.commands()).isEmpty();
    }

    @Test
    void suggestsNothingForAnArgumentThatIsLikeNoOther() {
        assertThat(run("relevoBuild(xyz: 1)").failureMessage())
                .isEqualTo("relevoBuild: unknown argument [xyz]; It takes directory, environment, namespace, set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/absolute", "a,b", "every*", "what?"})
    void refusesAFolderThatJenkinsWouldReadAsAPattern(String directory) {
        assertThat(run("relevoBuild(directory: '" + directory + "')").failureMessage())
                .isEqualTo("relevoBuild: [directory] is [" + directory
                        + "]; expected a path relative to the workspace, without , * or ?");
    }

    @Test
    void refusesSettingsThatAreNoMap() {
        assertThat(run("relevoBuild(set: 'a=b')").failureMessage())
                .isEqualTo("relevoBuild: [set] is [a=b]; expected a map such as ['deploy.strategy': 'canary']");
    }

    @Test
    void takesABlankArgumentForOneThatWasNotGiven() throws IOException {
        run("relevoDeploy(environment: params.ENVIRONMENT, strategy: '', directory: null)");

        assertThat(agent.arguments()).isEqualTo("{}");
    }

    @Test
    void namesTheReleaseInTheDescriptionOfTheBuild() {
        var result = run("relevoDeploy(directory: 'a service'); return currentBuild.description");

        assertThat(result.failure()).isNull();
        assertThat(result.value()).isEqualTo("release 7 of clients in dev, blue-green");
    }

    @Test
    void namesTheImageInTheDescriptionBelowTheRelease() {
        assertThat(run("relevoBuild(); return currentBuild.description").value())
                .isEqualTo("result of build");
        assertThat(run("relevoBuild(); relevoBuild(); relevoDeploy(); return currentBuild.description")
                        .value())
                .isEqualTo("release 7 of clients in dev, blue-green\nresult of build");
    }

    @Test
    void leavesTheDescriptionToOthersWhenNothingWasDeployed() throws IOException {
        agent.withEngine("deploy", 7);

        var result = run("currentBuild.description = 'mine'; try { relevoDeploy() } catch (IOException e) { }; "
                + "return currentBuild.description");

        assertThat(result.value()).isEqualTo("mine");
    }

    @Test
    void deploysByTheStrategyThatIsAskedFor() throws IOException {
        run("relevoDeploy(environment: 'prod', strategy: 'blue-green')");

        assertThat(arguments().path("strategy").asText()).isEqualTo("blue-green");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x'; touch pwned #",
                "x\"; touch pwned #",
                "$(touch pwned)",
                "`touch pwned`",
                "${HOME} $HOME $$",
                "x\\'; touch pwned; '",
                "two\nlines; touch pwned",
                "ünïcödé – 发布",
            })
    void leavesAHostileBranchNameHarmlessAndWhole(String branch) throws IOException {
        var program = new PipelineProgram(Map.of("WORKSPACE", "the workspace", "BRANCH_NAME", branch));

        var result = program.run("relevoPush(set: ['image.tags': \"${env.BRANCH_NAME}\"])", agent);

        assertThat(result.failure()).isNull();
        assertThat(arguments().path("set").path("image.tags").asText()).isEqualTo(branch);
        assertThat(agent.arguments()).doesNotContain("$", "`", "'");
        assertThat(Files.list(agent.workspace())).isEmpty();
        assertThat(result.called("sh").get(0).named("script")).doesNotContain("touch pwned");
    }

    @Test
    void runsAnyOtherCommandToo() throws IOException {
        var result = run("return relevo('rollback', environment: 'prod', to: 3)");

        assertThat(result.value()).isEqualTo("result of rollback");
        assertThat(arguments().path("to").asInt()).isEqualTo(3);
        assertThat(run("return relevo('config explain')").value()).isEqualTo("result of config explain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deploy; touch pwned", "", "-C", "$(touch pwned)", "Deploy"})
    void refusesWhatIsNoCommand(String command) throws IOException {
        var result = run("relevo('" + command + "')");

        assertThat(result.failureMessage()).startsWith("relevo: [" + command + "] is no command");
        assertThat(agent.commands()).isEmpty();
    }

    private static List<String> archived(PipelineProgram.Result result) {
        assertThat(result.called("archiveArtifacts"))
                .allSatisfy(call -> assertThat(call.named("allowEmptyArchive")).isEqualTo("true"));
        return result.called("archiveArtifacts").stream()
                .map(call -> call.named("artifacts"))
                .toList();
    }
}
