package dev.relevo.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.relevo.project.Command;
import dev.relevo.project.CommandRunner;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The step {@code test} on projects of npm and pytest, with their real runners where the machine has them. */
class ScriptLanguageTestsTest {
    @TempDir
    Path folder;

    private SampleProject project;

    @BeforeEach
    void aFolderWithABlankInItsName() {
        project = new SampleProject(folder.resolve("a project")).config("");
    }

    private StepResult.Tests test() {
        return new TestStep(new CommandRunner()).run(project.context());
    }

    private Problem problem() {
        RelevoException[] failure = new RelevoException[1];
        assertThatThrownBy(this::test).isInstanceOfSatisfying(RelevoException.class, e -> failure[0] = e);
        return failure[0].problem();
    }

    private void needs(String... words) {
        Command command = new Command(List.of(words), folder, Map.of(), Duration.ofSeconds(30), words[0]);
        assumeThat(new CommandRunner().run(command, line -> {}).succeeded())
                .as(command.shown() + " works here")
                .isTrue();
    }

    @Nested
    class Npm {
        @BeforeEach
        void nodesOwnRunnerIsThere() {
            needs("npm", "--version");
            needs("node", "--test-reporter=junit", "--version");
            script("node --test --test-reporter=junit --test-reporter-destination=.relevo/reports/node.xml");
        }

        private void script(String test) {
            project.write(
                    "package.json",
                    "{\"name\": \"shop\", \"version\": \"1.0.0\", \"scripts\": {\"test\": \"" + test + "\"}}");
        }

        @Test
        void passingTestsAreCounted() {
            project.write("sum.test.js", """
                    const test = require('node:test');
                    test('adds', () => {});
                    test('takes', () => {});
                    test.skip('divides', () => {});
                    """);
            StepResult.Tests result = test();
            assertThat(result.tool()).isEqualTo("npm");
            assertThat(TestVerdict.counts(result)).isEqualTo("3 tests, 2 passed, 1 skipped");
        }

        @Test
        void aFailedTestIsToldWithItsOwnLine() {
            project.write("sum.test.js", """
                    const test = require('node:test');
                    const assert = require('node:assert');
                    test('adds', () => {});
                    test('shop', async t => {
                        await t.test('takes', () => { assert.ok(false, 'nothing to take'); });
                    });
                    """);
            Problem problem = problem();
            assertThat(problem.code()).isEqualTo(TestError.TESTS_FAILED);
            assertThat(problem.details()).containsExactly("test.takes: nothing to take (sum.test.js:5)");
            assertThat(problem.remedy().orElseThrow()).endsWith(".relevo/reports");
        }

        @Test
        void aReportBesideThePackageIsFoundAndNamed() {
            script("node --test --test-reporter=junit --test-reporter-destination=junit.xml");
            project.write("sum.test.js", "require('node:test')('adds', () => { throw new Error('no'); });\n");
            assertThat(problem().remedy().orElseThrow()).isEqualTo("The whole story of each is in junit.xml");
        }

        @Test
        void aRunWithoutAReportSaysHowToGetOne() {
            script("node --test");
            project.write("sum.test.js", "require('node:test')('adds', () => {});\n");
            Problem problem = problem();
            assertThat(problem.code()).isEqualTo(TestError.NO_TESTS);
            assertThat(problem.remedy().orElseThrow())
                    .contains("--test-reporter-destination=.relevo/reports/node.xml", "test.allowNone");
        }

        @Test
        void aProjectWithoutATestScriptIsToldSo() {
            project.write("package.json", "{\"name\": \"shop\", \"version\": \"1.0.0\"}");
            assertThat(problem().summary()).isEqualTo("The tests could not be run: Missing script: \"test\"");
        }
    }

    @Nested
    class Pytest {
        @BeforeEach
        void pytestIsThere() {
            needs("pytest", "--version");
        }

        @Test
        void passingTestsAreCounted() {
            project.write("tests/test_sum.py", """
                    import pytest
                    def test_adds(): assert 1 + 1 == 2
                    @pytest.mark.skip
                    def test_divides(): pass
                    """);
            StepResult.Tests result = test();
            assertThat(result.tool()).isEqualTo("pytest");
            assertThat(TestVerdict.counts(result)).isEqualTo("2 tests, 1 passed, 1 skipped");
        }

        @Test
        void failedTestsAreToldWithTheirOwnLines() {
            project.write("shop.py", "def take():\n    raise ValueError('nothing to take')\n");
            project.write("test_sum.py", """
                    import shop

                    def test_adds():
                        assert {"a": 1} == {"a": 2}, "different"

                    class TestShop:
                        def test_takes(self):
                            shop.take()

                    def test_opens(no_such_fixture):
                        pass
                    """);
            Problem problem = problem();
            assertThat(problem.code()).isEqualTo(TestError.TESTS_FAILED);
            assertThat(problem.details())
                    .containsExactly(
                            "test_sum.test_adds: AssertionError: different (test_sum.py:4)",
                            "test_sum.TestShop.test_takes: ValueError: nothing to take (test_sum.py:8)",
                            "test_sum.test_opens: fixture 'no_such_fixture' not found (test_sum.py:10)");
        }

        @Test
        void aModuleThatIsMissingIsTheRootCause() {
            project.write("test_sum.py", "import no_such_module\n");
            assertThat(problem().details())
                    .containsExactly("test_sum: ModuleNotFoundError: No module named 'no_such_module' (test_sum.py:1)");
            project.write("conftest.py", "import no_such_plugin\n");
            assertThat(problem().summary())
                    .isEqualTo("The tests could not be run: ModuleNotFoundError: No module named 'no_such_plugin'");
        }

        @Test
        void aFolderWithoutTestsIsNoSuccessUnlessAllowed() {
            project.write("conftest.py", "");
            assertThat(problem().code()).isEqualTo(TestError.NO_TESTS);
            project.config("test: {allowNone: true}\n");
            assertThat(test().total()).isZero();
        }
    }
}
