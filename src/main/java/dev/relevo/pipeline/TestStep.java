package dev.relevo.pipeline;

import dev.relevo.config.TestConfig;
import dev.relevo.project.BuildTool;
import dev.relevo.project.Command;
import dev.relevo.project.CommandOutcome;
import dev.relevo.project.CommandRunner;
import dev.relevo.project.JUnitXml;
import dev.relevo.project.TestCase;
import dev.relevo.project.TestReports;
import dev.relevo.project.TestSummary;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The step {@code test}: runs the project's tests and reads from their reports what happened. */
public final class TestStep {
    private final CommandRunner runner;

    public TestStep() {
        this(new CommandRunner());
    }

    TestStep(CommandRunner runner) {
        this.runner = runner;
    }

    /**
     * Runs the tests.
     *
     * @throws RelevoException with a {@link TestError}
     */
    public StepResult.Tests run(StepContext context) {
        return StepRecorder.run(context, "test", context.config().app(), () -> test(context));
    }

    private StepRecorder.Ended<StepResult.Tests> test(StepContext context) {
        TestConfig config = context.config().test();
        Optional<BuildTool> tool = BuildTool.of(context.project());
        Command command = TestCommand.of(context.project(), config, tool)
                .beside(context.trace().get());
        List<String> globs = config.reports().isEmpty() ? usualPlaces(tool) : config.reports();
        // Not every runner makes the folder that its report goes to.
        Path unused = StepResults.of(context.project()).reports();
        TestReports reports = reportsBefore(context.project(), globs);
        context.events().emit(new Event.Info("Runs " + command.shown()));
        CommandOutcome outcome =
                runner.run(command, line -> context.events().emit(new Event.Output(command.source(), line)));

        List<Path> fresh = reportsAfter(reports);
        TestSummary summary = read(context.project(), fresh);
        StepResult.Tests result = result(command.source(), summary, fresh, config.slowest());
        for (StepResult.TimedTest slow : result.slowest()) {
            context.events().emit(new Event.Info(String.format("%8.2f s  %s", slow.seconds(), slow.name())));
        }
        for (StepResult.FailedTest failure : result.failures()) {
            context.events().emit(new Event.TestFailed(failure.name(), failure.message(), failure.location()));
        }
        return TestVerdict.of(command, config, outcome, result)
                .map(problem -> StepRecorder.Ended.failed(result, problem))
                .orElseGet(() -> StepRecorder.Ended.done(result, TestVerdict.counts(result)));
    }

    private static List<String> usualPlaces(Optional<BuildTool> tool) {
        Stream<BuildTool.Kind> kinds =
                tool.isPresent() ? Stream.of(tool.get().kind()) : Stream.of(BuildTool.Kind.values());
        return kinds.flatMap(kind -> TestReports.usualPlaces(kind).stream())
                .distinct()
                .toList();
    }

    private static TestReports reportsBefore(Path project, List<String> globs) {
        try {
            return TestReports.before(project, globs);
        } catch (IOException e) {
            throw unreadable(project, e);
        }
    }

    private static List<Path> reportsAfter(TestReports reports) {
        try {
            return reports.fresh();
        } catch (IOException e) {
            throw unreadable(Path.of("."), e);
        }
    }

    private static TestSummary read(Path project, List<Path> reports) {
        List<TestCase> cases = new ArrayList<>();
        for (Path report : reports) {
            try {
                if (Files.size(project.resolve(report)) > 0) {
                    cases.addAll(JUnitXml.read(project, project.resolve(report)));
                }
            } catch (IOException e) {
                throw unreadable(report, e);
            }
        }
        return new TestSummary(cases);
    }

    private static RelevoException unreadable(Path report, IOException e) {
        return Problem.of(TestError.REPORT_UNREADABLE, "The test report [" + report + "] cannot be read")
                .detail(String.valueOf(e.getMessage()))
                .remedy("A test process that was killed leaves half a report: look at the output above for its end")
                .asException(e);
    }

    private static StepResult.Tests result(String tool, TestSummary summary, List<Path> reports, int slowest) {
        return new StepResult.Tests(
                tool,
                summary.total(),
                summary.failed(),
                summary.errors(),
                summary.skipped(),
                reports,
                summary.failures().stream()
                        .map(failure -> new StepResult.FailedTest(
                                failure.test().title(),
                                failure.how().message(),
                                failure.how().location()))
                        .toList(),
                summary.slowest(slowest).stream()
                        .map(test -> new StepResult.TimedTest(
                                test.title(), test.took().toMillis() / 1000.0))
                        .toList());
    }
}
