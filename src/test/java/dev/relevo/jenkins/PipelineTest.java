package dev.relevo.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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

@DisplayName("relevoPipeline")
class PipelineTest {
    private static final List<String> ALL = List.of("test", "build", "push", "configmap", "deploy");

    @TempDir
    Path folder;

    private JenkinsAgent agent;

    @BeforeEach
    void anAgentWithAnEngine() throws IOException {
        agent = new JenkinsAgent(folder).withEngine();
    }

    private PipelineProgram.Result run(String jenkinsfile) {
        return run(jenkinsfile, Map.of());
    }

    private PipelineProgram.Result run(String jenkinsfile, Map<String, String> env) {
        return new PipelineProgram(env).run(jenkinsfile, agent);
    }

    private static List<String> stages(PipelineProgram.Result result) {
        return result.called("stage").stream()
                .map(call -> String.valueOf(call.argument()))
                .toList();
    }

    @Test
    void isAWholeJenkinsfile() throws IOException {
        var result = run("relevoPipeline()");

        assertThat(result.failure()).isNull();
        assertThat(result.called("node")).hasSize(1);
        assertThat(stages(result)).containsExactly("Checkout", "Test", "Build", "Push", "ConfigMap", "Deploy");
        assertThat(result.inWords()).contains("checkout the commit");
        assertThat(agent.commands()).isEqualTo(ALL);
    }

    @Test
    void returnsWhatEveryStepReturned() {
        var result = run("def results = relevoPipeline(skip: 'test'); return results.build + ', ' + results.test");

        assertThat(result.value()).isEqualTo("result of build, null");
    }

    @Test
    void takesAnAgentWithTheLabel() {
        assertThat(run("relevoPipeline(agent: 'linux && jdk17')").inWords()).startsWith("node linux && jdk17");
        assertThat(run("relevoPipeline()").inWords()).startsWith("node ");
    }

    @Test
    void staysOnTheAgentThatItIsCalledOn() throws IOException {
        var result = run("node('pod') { checkout(scm); relevoPipeline() }");

        assertThat(result.called("node")).hasSize(1);
        assertThat(result.called("checkout")).hasSize(1);
        assertThat(stages(result)).startsWith("Test");
        assertThat(agent.commands()).isEqualTo(ALL);
    }

    @Test
    void checksOutAsToldInEitherCase() {
        assertThat(run("node('pod') { relevoPipeline(checkout: true) }").called("checkout"))
                .hasSize(1);
        assertThat(run("relevoPipeline(checkout: false)").called("checkout")).isEmpty();
    }

    @Test
    void handsEnvironmentFolderAndSettingsToEveryStep() {
        var result = run("relevoPipeline(environment: 'dev', directory: 'web', set: ['push.attempts': 2])");

        assertThat(result.called("sh"))
                .hasSize(5)
                .allSatisfy(call -> assertThat(call.env().get("RELEVO_ARGS"))
                        .isEqualTo("{\"directory\":\"web\",\"environment\":\"dev\",\"set\":{\"push.attempts\":2}}"));
    }

    @Test
    void handsTheStrategyToTheDeployOnlyAndTheReportsToJenkins() {
        var result = run("relevoPipeline(strategy: 'canary', reports: 'out/*.xml')");

        assertThat(result.called("sh"))
                .extracting(call -> call.env().get("RELEVO_ARGS"))
                .containsExactly("{}", "{}", "{}", "{}", "{\"strategy\":\"canary\"}");
        assertThat(result.inWords()).contains("junit out/*.xml");
    }

    @Test
    void takesItsArgumentsAsAssignmentsToo() {
        var result = run("""
                relevoPipeline {
                    environment = 'dev'
                    strategy = 'canary'
                    skip = ['test']
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(result.called("sh"))
                .extracting(call -> call.env().get("RELEVO_ARGS"))
                .containsExactly(
                        "{\"environment\":\"dev\"}",
                        "{\"environment\":\"dev\"}",
                        "{\"environment\":\"dev\"}",
                        "{\"environment\":\"dev\",\"strategy\":\"canary\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"test", "build", "push", "configmap", "deploy"})
    void leavesOutTheStageThatIsToBeSkipped(String skipped) throws IOException {
        run("relevoPipeline(skip: ['" + skipped + "'])");

        assertThat(agent.commands())
                .isEqualTo(ALL.stream().filter(c -> !c.equals(skipped)).toList());
    }

    @ParameterizedTest
    @CsvSource({"test, 1", "build, 2", "push, 3", "configmap, 4", "deploy, 5"})
    void stopsAtTheStepThatFails(String failing, int commands) throws IOException {
        agent.withEngine(failing, 8);

        var result = run("relevoPipeline()");

        assertThat(result.failureMessage()).isEqualTo("script returned exit code 8");
        assertThat(agent.commands()).isEqualTo(ALL.subList(0, commands));
    }

    @Test
    void pushesAndDeploysNothingWhoseTestsFailed() throws IOException {
        agent.withEngine("test", 3);

        var result = run("relevoPipeline(unstable: true)");

        assertThat(result.failure()).isNull();
        assertThat(agent.commands()).containsExactly("test", "build");
        assertThat(result.inWords())
                .contains("echo relevoPipeline: the build is UNSTABLE, so nothing is pushed or deployed");
    }

    @ParameterizedTest
    @CsvSource({
        "main, true",
        "release/1.2, true",
        "release, false",
        "feature/main, false",
        "mainly, false",
        "x'; rm -rf $HOME #, false"
    })
    void deploysOnlyTheBranchesThatAreNamed(String branch, boolean deployed) throws IOException {
        var result = run("relevoPipeline(deployBranches: ['main', 'release/*'])", Map.of("BRANCH_NAME", branch));

        assertThat(result.failure()).isNull();
        assertThat(agent.commands()).isEqualTo(deployed ? ALL : List.of("test", "build"));
        if (!deployed) {
            assertThat(result.inWords())
                    .contains("echo relevoPipeline: branch [" + branch
                            + "] is none of [main, release/*], so nothing is pushed or deployed");
        }
    }

    @Test
    void doesNotGuessTheBranch() throws IOException {
        var result = run("relevoPipeline(deployBranches: 'main')");

        assertThat(result.failureMessage()).contains("BRANCH_NAME is not set").contains("multibranch");
        assertThat(agent.commands()).isEmpty();
    }

    @Test
    void showsThePlanAndAsksBeforeTheClusterIsTouched() throws IOException {
        var result = run("relevoPipeline(approval: 'Deploy clients?', strategy: 'canary', submitter: 'ops')");

        assertThat(agent.commands())
                .containsExactly("test", "build", "push", "configmap", "plan", "configmap", "deploy");
        assertThat(result.inWords())
                .containsSubsequence(
                        "sh relevo plan",
                        "echo result of plan\n\nplan sha256: " + JenkinsAgent.PLAN_HASH,
                        "timeout {time=60, unit=MINUTES}",
                        "input {message=Deploy clients? (plan 0123456789ab), submitter=ops}",
                        "stage ConfigMap");
    }

    @Test
    void deploysExactlyThePlanThatWasAgreedTo() {
        var result = run("relevoPipeline(approval: true, directory: 'web', environment: 'dev', strategy: 'canary')");

        assertThat(result.called("sh"))
                .extracting(call -> call.env().get("RELEVO_ARGS"))
                .endsWith(
                        "{\"directory\":\"web\",\"environment\":\"dev\",\"filesOnly\":true}",
                        "{\"directory\":\"web\",\"environment\":\"dev\",\"strategy\":\"canary\",\"out\":\"web/.relevo/plan.json\"}",
                        "{\"directory\":\"web\",\"environment\":\"dev\"}",
                        "{\"directory\":\"web\",\"environment\":\"dev\",\"plan\":\"web/.relevo/plan.json\",\"approved\":\""
                                + JenkinsAgent.PLAN_HASH + "\"}");
    }

    @Test
    void asksInItsOwnWordsAndWaitsAsLongAsItIsTold() {
        assertThat(run("relevoPipeline(approval: true, approvalMinutes: 5)").inWords())
                .containsSubsequence(
                        "timeout {time=5, unit=MINUTES}", "input {message=Deploy this build? (plan 0123456789ab)}");
    }

    @Test
    void touchesNothingInTheClusterWhenNobodyAgrees() throws IOException {
        var result = new PipelineProgram(Map.of()).run("relevoPipeline(approval: true)", call -> {
            if (call.name().equals("input")) {
                throw new IOException("Rejected by ops");
            }
            return agent.carryOut(call);
        });

        assertThat(result.failureMessage()).isEqualTo("Rejected by ops");
        assertThat(agent.commands()).containsExactly("test", "build", "push", "configmap", "plan");
        assertThat(agent.arguments()).contains("plan.json");
    }

    @Test
    void asksNothingWhenThereIsNothingToAgreeTo() {
        assertThat(run("relevoPipeline(approval: true, skip: 'deploy')").called("input"))
                .isEmpty();
    }

    @Test
    void changesTheClusterInTurnAndLetsTheNewestBuildGoFirst() {
        var result = run("relevoPipeline(lock: 'clients-prod')");

        assertThat(result.failure()).isNull();
        assertThat(result.inWords())
                .containsSubsequence(
                        "stage Push",
                        "milestone null",
                        "lock {resource=clients-prod, inversePrecedence=true}",
                        "milestone null",
                        "stage ConfigMap",
                        "stage Deploy",
                        "end of lock {resource=clients-prod, inversePrecedence=true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "milestone"})
    void saysWhichPluginsALockNeeds(String missing) throws IOException {
        agent.withoutStep(missing);

        assertThat(run("relevoPipeline(lock: 'clients-prod')").failureMessage())
                .isEqualTo("relevoPipeline: [lock] needs the plugins Lockable Resources and Pipeline: Milestone Step, "
                        + "of which one is missing here");
        assertThat(agent.commands()).containsExactly("test", "build", "push");
    }

    @Test
    void needsNoPluginForALockThatNobodyAskedFor() throws IOException {
        agent.withoutStep("lock").withoutStep("milestone");

        assertThat(run("relevoPipeline()").failure()).isNull();
        assertThat(agent.commands()).isEqualTo(ALL);
    }

    @Test
    void refusesAnUnknownArgumentBeforeItTakesAnAgent() {
        var result = run("relevoPipeline(stratgy: 'canary')");

        assertThat(result.failureMessage())
                .startsWith("relevoPipeline: unknown argument [stratgy]; did you mean [strategy]? It takes ");
        assertThat(result.called("node")).isEmpty();
    }

    @Test
    void refusesToSkipAStageThatThereIsNot() {
        var result = run("relevoPipeline(skip: ['tests'])");

        assertThat(result.failureMessage())
                .isEqualTo("relevoPipeline: [skip] names [tests]; did you mean [test]? "
                        + "The stages are test, build, push, configmap, deploy");
        assertThat(result.called("node")).isEmpty();
    }
}
