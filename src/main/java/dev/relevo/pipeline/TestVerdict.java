package dev.relevo.pipeline;

import dev.relevo.config.TestConfig;
import dev.relevo.project.BuildTool;
import dev.relevo.project.Command;
import dev.relevo.project.CommandOutcome;
import dev.relevo.report.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Decides from how the command ended and what the reports say whether the tests have passed. */
final class TestVerdict {
    private static final int FAILURES_NAMED = 20;
    private static final int LINES_SHOWN = 15;
    private static final int PYTEST_NO_TESTS = 5;

    private TestVerdict() {}

    /** Why the tests did not pass; empty when they did. */
    static Optional<Problem> of(Command command, TestConfig config, CommandOutcome outcome, StepResult.Tests tests) {
        if (outcome instanceof CommandOutcome.NotStarted notStarted) {
            return Optional.of(Problem.of(
                            TestError.COMMAND_NOT_FOUND, "[" + command.words().get(0) + "] cannot be started")
                    .detail(notStarted.reason())
                    .remedy("Install it, or set test.command in relevo.yaml to what runs the tests"));
        }
        if (outcome instanceof CommandOutcome.TimedOut) {
            return Optional.of(Problem.of(
                            TestError.TIMED_OUT,
                            "The tests ran longer than " + config.timeout().toSeconds() + " s")
                    .detail("Until then: " + counts(tests))
                    .details(last(outcome))
                    .remedy("If they need that long, raise test.timeout in relevo.yaml"));
        }
        if (outcome instanceof CommandOutcome.Interrupted) {
            return Optional.of(Problem.of(TestError.STOPPED, "The tests were stopped before their end"));
        }
        if (tests.failed() + tests.errors() > 0) {
            return Optional.of(failed(tests));
        }
        if (outcome instanceof CommandOutcome.Exited exited && exited.status() != 0 && !foundNone(command, exited)) {
            return Optional.of(commandFailed(command, exited));
        }
        if (tests.total() - tests.skipped() == 0 && !config.allowNone()) {
            return Optional.of(
                    Problem.of(TestError.NO_TESTS, "No test was run by [" + command.shown() + "]")
                            .detail(whyNone(tests))
                            .remedy(
                                    command.source().equals(BuildTool.Kind.NPM.word())
                                            ? "Let the test script write JUnit XML, e.g. node --test --test-reporter=junit"
                                                    + " --test-reporter-destination=.relevo/reports/node.xml; docs/errors.md has other"
                                                    + " runners. Or set test.allowNone: true"
                                            : "Let test.reports in relevo.yaml point to the JUnit XML files, or set test.allowNone: true"));
        }
        return Optional.empty();
    }

    /** pytest alone has an exit status of its own for that: https://docs.pytest.org/en/stable/reference/exit-codes.html */
    private static boolean foundNone(Command command, CommandOutcome.Exited exited) {
        return command.source().equals(BuildTool.Kind.PYTEST.word()) && exited.status() == PYTEST_NO_TESTS;
    }

    private static String whyNone(StepResult.Tests tests) {
        if (tests.total() > 0) {
            return "All " + tests.total() + " tests were skipped";
        }
        return tests.reports().isEmpty()
                ? "No JUnit XML report was written by this run"
                : "The report " + tests.reports().get(0) + " has no test in it";
    }

    private static Problem commandFailed(Command command, CommandOutcome.Exited exited) {
        String what = "[" + command.shown() + "] ended with status " + exited.status()
                + ", and no report names a failed test";
        return exited.firstError()
                .map(cause -> Problem.of(TestError.COMMAND_FAILED, "The tests could not be run: " + cause)
                        .detail(what + ":"))
                .orElseGet(() -> Problem.of(TestError.COMMAND_FAILED, what))
                .details(last(exited))
                .remedy("The last lines of its output are above; it failed before, after or beside the tests");
    }

    private static Problem failed(StepResult.Tests tests) {
        List<StepResult.FailedTest> failures = tests.failures();
        StepResult.FailedTest first = failures.get(0);
        String more = failures.size() == 1 ? "" : " and " + (failures.size() - 1) + " more";
        Problem problem = Problem.of(
                TestError.TESTS_FAILED,
                failures.size() + " of " + tests.total() + " tests failed: " + first.name() + more);
        for (StepResult.FailedTest failure : failures.subList(0, Math.min(FAILURES_NAMED, failures.size()))) {
            problem = problem.detail(failure.name() + ": " + failure.message()
                    + failure.location().map(at -> " (" + at + ")").orElse(""));
        }
        if (failures.size() > FAILURES_NAMED) {
            problem = problem.detail("… and " + (failures.size() - FAILURES_NAMED) + " more in the reports");
        }
        Path report = tests.reports().get(0);
        Path folder = report.getParent();
        return problem.remedy("The whole story of each is in " + (folder == null ? report : folder));
    }

    /** The counts in one line. */
    static String counts(StepResult.Tests tests) {
        int bad = tests.failed() + tests.errors();
        return tests.total() + " tests, " + (tests.total() - bad - tests.skipped()) + " passed"
                + (bad > 0 ? ", " + bad + " failed" : "")
                + (tests.skipped() > 0 ? ", " + tests.skipped() + " skipped" : "");
    }

    private static List<String> last(CommandOutcome outcome) {
        List<String> lines = outcome.lastLines();
        return lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
    }
}
