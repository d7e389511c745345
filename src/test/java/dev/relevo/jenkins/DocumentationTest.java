package dev.relevo.jenkins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The documentation of the Jenkins steps")
class DocumentationTest {
    private static final Path PAGE = Path.of("docs/jenkins.md");
    private static final Path README = Path.of("README.md");
    private static final Pattern GROOVY =
            Pattern.compile("```groovy\n(?:@Library\\('relevo'\\) _\n)?(.*?)```", Pattern.DOTALL);
    private static final Pattern EXAMPLE = Pattern.compile("<pre>\n(.*?)</pre>", Pattern.DOTALL);

    @TempDir
    Path folder;

    static Stream<String> pipelines() throws IOException {
        return Stream.concat(Stream.concat(shownPipelines(PAGE), shownPipelines(README)), samplePipelines());
    }

    private static Stream<String> samplePipelines() throws IOException {
        return SampleJenkinsfilesTest.files().stream().map(SampleJenkinsfilesTest::withoutLibrary);
    }

    private static Stream<String> shownPipelines(Path page) throws IOException {
        return GROOVY.matcher(Files.readString(page)).results().map(found -> found.group(1));
    }

    /** Without the one that runs any command: which arguments it takes is the command's own affair. */
    static List<Path> steps() throws IOException {
        return vars().stream()
                .filter(file -> !CompiledLibrary.name(file).equals("relevo"))
                .toList();
    }

    static List<Path> vars() throws IOException {
        return CompiledLibrary.files();
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void andTheSampleShowPipelinesThatRunToTheDeploy(String jenkinsfile) throws Exception {
        var agent = new JenkinsAgent(folder).withEngine();

        var result = new PipelineProgram(Map.of("BRANCH_NAME", "release/1.0")).run(jenkinsfile, agent);

        assertThat(result.failure()).isNull();
        assertThat(agent.commands()).containsSubsequence("test", "build", "push", "configmap", "deploy");
        assertThat(result.called("checkout").size() + result.called("agent").size())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("vars")
    void hasHelpForEveryStepWithExamplesThatRun(Path file) throws Exception {
        String help = help(file);

        List<String> examples =
                EXAMPLE.matcher(help).results().map(found -> found.group(1)).toList();
        assertThat(examples).isNotEmpty();
        for (String example : examples) {
            var result = new PipelineProgram(Map.of("BRANCH_NAME", "main"))
                    .run(example, new JenkinsAgent(folder).withEngine());
            assertThat(result.failure()).as(example).isNull();
        }
    }

    // A step lists what it takes when it is given what it does not.
    @ParameterizedTest
    @MethodSource("steps")
    void explainsEveryArgumentInHelpAndPage(Path file) throws Exception {
        var refused = new PipelineProgram(Map.of())
                .run(CompiledLibrary.name(file) + "(nonsense: 1)", new JenkinsAgent(folder));

        List<String> arguments = List.of(
                refused.failureMessage().replaceFirst("(?s).*It takes ", "").split(", "));
        assertThat(arguments).contains("environment");
        for (String argument : arguments) {
            assertThat(help(file)).contains("<code>" + argument + "</code>");
            assertThat(PAGE).content().contains("`" + argument + "`");
        }
    }

    @Test
    void namesEveryStepOfJenkinsThatIsCalled() throws Exception {
        String named = Files.readString(PAGE)
                .replaceFirst("(?s).*The library calls no other steps than ", "")
                .replaceFirst("(?s)\\..*", "");
        Set<String> called = new TreeSet<>();
        for (String jenkinsfile : List.of(
                "relevoPipeline(approval: true, lock: 'clients-prod')",
                "relevoPipeline(unstable: true)",
                "relevoPipeline(nonsense: true)")) {
            var agent = new JenkinsAgent(folder);
            if (jenkinsfile.contains("unstable")) {
                agent.withEngine("test", 3);
            } else {
                agent.withEngine();
            }
            new PipelineProgram(Map.of())
                    .run(jenkinsfile, agent)
                    .steps()
                    .forEach(step -> called.add(step.name().replace("end of ", "")));
        }

        assertThat(Pattern.compile("`([a-zA-Z]+)`").matcher(named).results())
                .extracting((MatchResult found) -> found.group(1))
                .filteredOn(step -> !step.equals("relevoPipeline"))
                .containsExactlyInAnyOrderElementsOf(called);
    }

    @Test
    void namesEveryVariableThatTheScriptReads() throws Exception {
        String script = Files.readString(Path.of("resources/dev/relevo/jenkins/engine.sh"));

        assertThat(Pattern.compile("\\$\\{?((?:RELEVO|XDG|JAVA)_[A-Z0-9_]+)")
                        .matcher(script)
                        .results())
                .extracting((MatchResult found) -> found.group(1))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(PAGE).content().contains("| `" + name + "` |"));
    }

    @Test
    void quotesTheScriptsMessagesAsTheyAre() throws Exception {
        String script = Files.readString(Path.of("resources/dev/relevo/jenkins/engine.sh"));
        String table = Files.readString(PAGE).replaceFirst("(?s).*When a step fails before the engine runs", "");

        assertThat(Pattern.compile("(?m)^\\| `([^`]+)` \\|").matcher(table).results())
                .extracting((MatchResult found) -> found.group(1))
                .filteredOn(message -> !message.startsWith("No such DSL method"))
                .hasSize(6)
                .allSatisfy(message -> assertThat(script)
                        .containsPattern(Pattern.quote(message).replace("[…]", "\\E\\[.*\\]\\Q")));
    }

    private static String help(Path file) throws IOException {
        return Files.readString(Path.of(file.toString().replace(".groovy", ".txt")));
    }
}
