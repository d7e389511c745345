package dev.relevo.platform;

import static org.assertj.core.api.Assertions.assertThat;

import groovy.lang.Binding;
import groovy.lang.Closure;
import groovy.lang.GroovyObjectSupport;
import groovy.lang.GroovyShell;
import groovy.lang.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The seed of jobs")
class SeedTest {
    private static final Path FILE = Path.of("jenkins-image/casc/jobs/samples.groovy");

    private final List<String> calls = new ArrayList<>();

    @BeforeEach
    void run() throws Exception {
        CompilerConfiguration configuration = new CompilerConfiguration();
        configuration.setScriptBaseClass(Recorded.class.getName());
        Binding binding = new Binding(Map.of(
                "SAMPLES_REPOSITORY", "git://git/relevo",
                "SAMPLES_BRANCH", "main",
                "SAMPLES_CREDENTIALS", "git-https"));
        Recorded script =
                (Recorded) new GroovyShell(getClass().getClassLoader(), binding, configuration).parse(FILE.toFile());
        script.recorder = new Recorder("", calls);
        script.run();
    }

    @Test
    void makesAFolderWithTheSamplesJobs() {
        assertThat(calls)
                .contains(
                        "folder(samples)",
                        "multibranchPipelineJob(samples/clients)",
                        "pipelineJob(samples/clients-deploy)");
    }

    @Test
    void buildsEveryBranchByTheJenkinsfileOfTheSample() {
        assertThat(calls)
                .contains(
                        "multibranchPipelineJob/branchSources/git/remote(git://git/relevo)",
                        "multibranchPipelineJob/branchSources/git/credentialsId(git-https)",
                        "multibranchPipelineJob/factory/workflowBranchProjectFactory/scriptPath(sample-service/Jenkinsfile)");
    }

    @Test
    void givesTheJobForPeopleExactlyTheParametersThatItsJenkinsfileReads() throws Exception {
        String prefix = "pipelineJob/definition/cpsScm/scriptPath(";
        String path = calls.stream()
                .filter(call -> call.startsWith(prefix))
                .findFirst()
                .orElseThrow()
                .replace(prefix, "")
                .replace(")", "");

        assertThat(calls)
                .filteredOn(call -> call.startsWith("pipelineJob/parameters/"))
                .extracting(call -> call.replaceFirst(".*\\(([A-Z_]+).*", "$1"))
                .containsExactlyInAnyOrderElementsOf(new TreeSet<>(Pattern.compile("params\\.([A-Z_]+)")
                        .matcher(Files.readString(Path.of(path)))
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .toList()));
    }

    @Test
    void offersTheStrategiesThatThereAre() {
        assertThat(calls)
                .anyMatch(call -> call.startsWith(
                        "pipelineJob/parameters/choiceParam(STRATEGY, [, big-bang, rolling, blue-green, canary]"));
    }

    /** Job DSL scripts call the methods of an object that Jenkins gives them; this one notes what was called. */
    public abstract static class Recorded extends Script {
        private Recorder recorder = new Recorder("", new ArrayList<>());

        @Override
        public Object invokeMethod(String name, Object args) {
            return recorder.invokeMethod(name, args);
        }
    }

    /** Notes each call with the blocks around it. */
    public static final class Recorder extends GroovyObjectSupport {
        private final String around;
        private final List<String> calls;

        Recorder(String around, List<String> calls) {
            this.around = around;
            this.calls = calls;
        }

        @Override
        public Object invokeMethod(String name, Object args) {
            List<Object> all = new ArrayList<>(Arrays.asList((Object[]) args));
            Object last = all.isEmpty() ? "" : all.get(all.size() - 1);
            if (last instanceof Closure<?> block) {
                all.remove(all.size() - 1);
                note(name, all);
                block.setDelegate(new Recorder(around + name + "/", calls));
                block.setResolveStrategy(Closure.DELEGATE_FIRST);
                block.call();
            } else {
                note(name, all);
            }
            return name;
        }

        private void note(String name, List<Object> arguments) {
            calls.add(around
                    + name
                    + arguments.toString().replaceFirst("^\\[", "(").replaceFirst("]$", ")"));
        }
    }
}
