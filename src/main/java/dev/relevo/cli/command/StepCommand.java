package dev.relevo.cli.command;

import dev.relevo.pipeline.StepResult;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** What the five steps have in common as commands: one result on stdout, as text or as the document that the step has left. */
abstract class StepCommand<R extends StepResult> implements Callable<Integer> {
    private final Session session;
    private final String step;

    StepCommand(Session session, String step) {
        this.session = session;
        this.step = step;
    }

    /** Prepares and runs the step. */
    abstract R run(Session session);

    /** The result as lines that a script can use. */
    abstract List<String> lines(R result);

    @Override
    public Integer call() {
        session.record(step);
        Path file = session.project().resolve(StepResults.FOLDER).resolve(step + ".json");
        try {
            R result = run(session);
            session.endRecording();
            if (session.json()) {
                session.print(document(file));
            } else {
                session.print(lines(result));
            }
            return 0;
        } catch (RelevoException e) {
            if (session.json() && Files.exists(file)) {
                session.answered(document(file));
            }
            throw e;
        }
    }

    private static String document(Path file) {
        try {
            return Files.readString(file).stripTrailing();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}
