package dev.relevo.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.project.CommandRunner;
import dev.relevo.report.ExitCode;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TestStepTest {
    private static final String PASSED = "<testsuite><testcase classname='demo.ATest' name='works' time='1.50'/>"
            + "<testcase classname='demo.ATest' name='later' time='0'><skipped/></testcase></testsuite>";

    private static final String FAILED = """
            <testsuites><testsuite>
            <properties><property name='a' value='b'/></properties>
            <testcase classname='demo.BTest' name='adds' time='0.25'><failure message='expected: 3&#10;but was: 2' type='x'>
            org.opentest4j.AssertionFailedError: expected: 3
            \tat org.assertj.Assertions.fail(Assertions.java:10)
            \tat demo.BTest.adds(BTest.java:42)
            </failure><system-out>noise</system-out></testcase>
            <testcase classname='demo.BTest' name='opens' time='1,000.5'><error type='java.io.IOException' message='&#10;Expecting actual:&#10;  2&#10;to be greater than:&#10;  3&#10;now'><![CDATA[]]></error></testcase>
            <testcase classname='demo.BTest' name='holds' time='0.1'/>
            </testsuite></testsuites>
            """;

    @TempDir
    Path folder;

    private SampleProject project;

    @BeforeEach
    void aProjectWithAScript() {
        project = new SampleProject(folder.resolve("p"));
        configured("");
    }

    /** A project whose tests are the script {@code run}, with more settings of the section {@code test}. */
    private void configured(String more) {
        project.config("test: {command: [./run, it], reports: ['**/reports/*.xml'], timeout: 20s" + more + "}\n");
    }

    private StepResult.Tests test() {
        return new TestStep(new CommandRunner(Duration.ofMillis(500))).run(project.context());
    }

    private Problem problem() {
        try {
            test();
        } catch (RelevoException e) {
            assertThat(e.problem().code().exit()).isEqualTo(ExitCode.TESTS_FAILED);
            return e.problem();
        }
        throw new AssertionError("The step passed: " + project.said());
    }

    private void script(String body) {
        project.script("run", "#!/bin/sh\nmkdir -p reports sub/reports\n" + body);
    }

    @Test
    void countsWhatPassedAndNamesTheSlowest() {
        script("echo \"testing $1\"; cat > reports/a.xml <<X\n" + PASSED + "\nX\n");
        StepResult.Tests result = test();
        assertThat(result.total()).isEqualTo(2);
        assertThat(result.skipped()).isEqualTo(1);
        assertThat(result.failed() + result.errors()).isZero();
        assertThat(result.slowest()).containsExactly(new StepResult.TimedTest("demo.ATest.works", 1.5));
        assertThat(result.reports()).containsExactly(Path.of("reports", "a.xml"));
        assertThat(project.said()).contains("testing it").contains("2 tests, 1 passed, 1 skipped");
        assertThat(StepResults.of(project.root).require(StepResult.Tests.class)).isEqualTo(result);
    }

    @Test
    void namesEachFailedTestWithMessageAndPlace() {
        script("cat > sub/reports/b.xml <<X\n" + FAILED + "\nX\nexit 1\n");
        Problem problem = problem();
        assertThat(problem.code()).isEqualTo(TestError.TESTS_FAILED);
        assertThat(problem.summary()).isEqualTo("2 of 3 tests failed: demo.BTest.adds and 1 more");
        assertThat(problem.details())
                .containsExactly(
                        "demo.BTest.adds: expected: 3 but was: 2 (BTest.java:42)",
                        "demo.BTest.opens: Expecting actual: 2 to be greater than: 3");
        assertThat(project.root.resolve(".relevo/test.json")).content().contains("\"failed\" : 1", "\"error\"");
    }

    @Test
    void failedTestsCountEvenWhenTheCommandIsContent() {
        script("cat > reports/b.xml <<X\n" + FAILED + "\nX\n");
        assertThat(problem().code()).isEqualTo(TestError.TESTS_FAILED);
    }

    @Test
    void aReportFromAnEarlierRunIsNoReport() {
        project.write("reports/old.xml", PASSED);
        script("true");
        Problem problem = problem();
        assertThat(problem.code()).isEqualTo(TestError.NO_TESTS);
        assertThat(problem.details()).containsExactly("No JUnit XML report was written by this run");
        configured(", allowNone: true");
        assertThat(test().total()).isZero();
    }

    @Test
    void aReportThatIsWrittenAgainCounts() {
        project.write("reports/a.xml", PASSED);
        script("cp reports/a.xml reports/b && mv reports/b reports/a.xml");
        assertThat(test().total()).isEqualTo(2);
    }

    @Test
    void aCommandThatFailsWithoutAFailedTestIsShownWithItsLastLines() {
        script("cat > reports/a.xml <<X\n" + PASSED + "\nX\necho 'the database is missing' >&2; exit 7\n");
        Problem problem = problem();
        assertThat(problem.code()).isEqualTo(TestError.COMMAND_FAILED);
        assertThat(problem.summary()).contains("./run it").contains("status 7");
        assertThat(problem.details()).contains("the database is missing");
    }

    @Test
    void aTestThatDoesNotCompileIsToldByItsCompilersFirstMessage() {
        project = SampleProject.maven(folder.resolve("m"));
        project.write("src/main/java/demo/Main.java", "package demo;\nclass Main {\n    Gone gone;\n}\n");
        Problem problem = problem();
        assertThat(problem.code()).isEqualTo(TestError.COMMAND_FAILED);
        assertThat(problem.summary())
                .isEqualTo(
                        "The tests could not be run: src/main/java/demo/Main.java:3: cannot find symbol: class Gone");
        assertThat(problem.details().get(0)).contains("ended with status 1, and no report names a failed test");
        assertThat(String.join("\n", problem.details())).doesNotContain("\u001b", "Re-run Maven");
    }

    @Test
    @Timeout(60)
    void aHungRunIsStoppedWithEverythingThatItStarted() {
        configured(", env: {MARK: here}");
        project.config("test: {command: [./run], reports: ['reports/*.xml'], timeout: 3s}\n");
        script("(trap '' TERM; echo $$ > child; while true; do sleep 0.2; done) &\necho $! > pid\nwait\n");
        Problem problem = problem();
        assertThat(problem.code()).isEqualTo(TestError.TIMED_OUT);
        assertThat(problem.summary()).contains("3 s");
        assertThat(runs(read("pid"))).isFalse();
    }

    @Test
    void halfAReportIsNotTakenForAWholeOne() {
        script("printf '<testsuite><testcase name=\"a\"' > reports/a.xml");
        Problem problem = problem();
        assertThat(problem.code()).isEqualTo(TestError.REPORT_UNREADABLE);
        assertThat(problem.summary()).contains("a.xml");
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        project.config("test: {command: [no-such-program]}\n");
        assertThat(problem().code()).isEqualTo(TestError.COMMAND_NOT_FOUND);
        assertThat(problem().summary()).contains("no-such-program");
    }

    @Test
    void aProjectOfNoKnownKindNeedsACommand() {
        project.config("");
        assertThat(problem().code()).isEqualTo(TestError.NO_TOOL);
    }

    @Test
    void theProjectsMavenWrapperIsPreferred() {
        project.config("").write("pom.xml", "<project/>");
        project.script(
                "mvnw",
                "#!/bin/sh\nmkdir -p module/target/surefire-reports\necho \"wrapper $*\"\n"
                        + "cat > module/target/surefire-reports/TEST-a.xml <<X\n" + PASSED + "\nX\n");
        assertThat(test().tool()).isEqualTo("maven");
        assertThat(project.said()).contains("wrapper -B -ntp -Dstyle.color=never test");
    }

    /** Whether the process runs; one that has ended and that its parent has not collected yet does not. */
    private static boolean runs(String pid) {
        try {
            String state = Files.readString(Path.of("/proc", pid, "stat"));
            return !state.substring(state.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException noSuchProcess) {
            return false;
        }
    }

    private String read(String file) {
        try {
            return Files.readString(project.root.resolve(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
