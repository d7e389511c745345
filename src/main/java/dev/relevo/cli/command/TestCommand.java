package dev.relevo.cli.command;

import dev.relevo.config.RelevoConfig;
import dev.relevo.pipeline.StepResult;
import dev.relevo.pipeline.TestStep;
import java.util.List;
import picocli.CommandLine.Command;

/** The step {@code test}. */
@Command(name = "test", description = "Runs the project's tests and reads their reports.")
final class TestCommand extends StepCommand<StepResult.Tests> {
    TestCommand(Session session) {
        super(session, "test");
    }

    @Override
    StepResult.Tests run(Session session) {
        RelevoConfig config = session.load().config();
        return new TestStep().run(session.context(session.project(), config));
    }

    @Override
    List<String> lines(StepResult.Tests result) {
        return List.of(result.total() + " tests, " + result.failed() + " failed, " + result.errors() + " errors, "
                + result.skipped() + " skipped");
    }
}
