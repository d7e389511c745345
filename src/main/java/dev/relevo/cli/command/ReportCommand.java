package dev.relevo.cli.command;

import dev.relevo.config.LoadedGroup;
import dev.relevo.page.RunPage;
import dev.relevo.page.RunReport;
import dev.relevo.pipeline.RunReports;
import dev.relevo.pipeline.StepError;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.Problem;
import dev.relevo.report.timeline.Timeline;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The page of the last run. */
@Command(
        name = "report",
        description = "Makes one HTML page of what happened in the last run here, and prints where it is.")
final class ReportCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where the page goes; .relevo/report.html without it.")
    @Nullable
    private Path output;

    @Mixin
    private final GroupOption group = new GroupOption();

    ReportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Optional<LoadedGroup> together = group.group(session);
        Path folder = together.map(RunRecording::folder).orElseGet(session::project);
        Timeline timeline = StepResults.of(folder)
                .timeline()
                .orElseThrow(() -> Problem.of(
                                StepError.NOT_RUN, "No run is recorded in " + folder.resolve(StepResults.FOLDER))
                        .remedy("Run `relevo run` or one of its steps there first, or name the project with -C.")
                        .asException());
        RunReport report = together.map(all -> RunReports.of(timeline, RunRecording.members(all)))
                .orElseGet(() -> RunReports.of(timeline, folder));
        Path page = output == null
                ? folder.resolve(StepResults.FOLDER).resolve(RunRecording.PAGE)
                : session.streams().folder().resolve(output);
        StepResults.write(page, RunPage.of(report, session::masked));
        session.answer(Map.of("report", page.toString()), page.toString());
        return 0;
    }
}
