package dev.relevo.jenkins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A pipeline in these tests")
class PipelineProgramTest {
    private static PipelineProgram.Result run(String jenkinsfile) {
        return new PipelineProgram(Map.of()).run(jenkinsfile, call -> null);
    }

    @Test
    void goesOnAfterARestartInTheMiddleOfALoop() {
        assertThat(run("for (word in ['a', 'b']) { echo word }").inWords()).containsExactly("echo a", "echo b");
    }

    @Test
    void cannotHoldAMatcherAcrossAStep() {
        assertThatThrownBy(() -> run("def found = params.toString() =~ /x/; echo 'between'; found.find()"))
                .hasStackTraceContaining("java.util.regex.Matcher");
    }

    @Test
    void cannotCallAStepFromCodeThatCannotWait() {
        assertThatThrownBy(() -> run("[2, 1].toSorted { a, b -> echo 'comparing'; a <=> b }"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("from code that cannot wait");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new groovy.json.JsonSlurperClassic()",
                "new File('/etc/passwd')",
                "'id'.execute()",
                "System.getenv('HOME')",
                "''.class.forName('java.lang.Runtime')",
                "this.class.classLoader",
                "evaluate('1')",
                "params.@size",
                "[1, 2].toSorted()",
            })
    void isHeldByTheSandbox(String refused) {
        assertThat(run(refused).failure())
                .isInstanceOf(SecurityException.class)
                .hasMessageStartingWith("Scripts not permitted to use");
    }

    @Test
    void failsOnAStepThatDoesNotExist() {
        assertThat(run("junitt('x')").failure())
                .isInstanceOf(NoSuchMethodError.class)
                .hasMessageContaining("No such DSL method 'junitt'");
    }

    static List<Path> vars() throws Exception {
        return CompiledLibrary.files();
    }

    // What is not transformed would run outside of the sandbox stand-in, and a field would outlive a call.
    @ParameterizedTest
    @MethodSource("vars")
    void watchesEveryLineOfTheLibrary(Path file) throws Exception {
        assertThat(file).content().doesNotContain("@NonCPS", "@Field", "import ", "static ");
    }
}
