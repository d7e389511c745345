package dev.relevo.cli.command;

import dev.relevo.config.LoadedGroup;
import dev.relevo.config.RelevoConfig;
import dev.relevo.page.RunPage;
import dev.relevo.page.RunReport;
import dev.relevo.pipeline.RunReports;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.timeline.Timeline;
import dev.relevo.report.timeline.TimelineRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Keeps what happens during a command, and makes the page of it at its end. Whatever goes wrong with that is a warning: it
 * never is the command's failure.
 */
final class RunRecording implements EventSink {
    /** The page, beside the results of the steps. */
    static final String PAGE = "report.html";

    /** The others leave what belongs on a page, and make one only when they fail, because nothing comes after them then. */
    private static final Set<String> ENDS_A_RUN = Set.of("run", "deploy", "rollback");

    private final Path folder;
    private final String command;
    private final UnaryOperator<String> masked;
    private final TimelineRecorder recorder;
    private final Map<String, Path> members;
    private volatile boolean broken;

    private RunRecording(Path folder, String command, UnaryOperator<String> masked, Map<String, Path> members) {
        this.folder = folder;
        this.command = command;
        this.masked = masked;
        this.members = members;
        Optional<Timeline> earlier = members.isEmpty() ? StepResults.of(folder).timeline() : Optional.empty();
        this.recorder = new TimelineRecorder(RelevoConfig.API_VERSION, command, earlier, masked, Clock.systemUTC());
    }

    /** A page of the run before must not be taken for one of this. */
    void begin() {
        try {
            Files.deleteIfExists(page());
        } catch (IOException e) {
            // Where that cannot be deleted nothing can be written either, which is told at the end.
            broken = true;
        }
    }

    private Path page() {
        return folder.resolve(StepResults.FOLDER).resolve(PAGE);
    }

    /** Of a command in a project. */
    static RunRecording of(Path project, String command, UnaryOperator<String> masked) {
        return new RunRecording(project, command, masked, Map.of());
    }

    /** Of a command for a group, beside the group's file. */
    static RunRecording of(LoadedGroup group, String command, UnaryOperator<String> masked) {
        RunRecording recording = new RunRecording(folder(group), command, masked, members(group));
        recording.recorder.group(group.name());
        return recording;
    }

    /** Where what belongs to the whole group is kept. */
    static Path folder(LoadedGroup group) {
        Path folder = group.file().toAbsolutePath().getParent();
        return folder == null ? Path.of("").toAbsolutePath() : folder;
    }

    /** The folders of a group's members, by their names. */
    static Map<String, Path> members(LoadedGroup group) {
        Map<String, Path> members = new LinkedHashMap<>();
        group.members().forEach(member -> members.put(member.called(), group.project(member)));
        return members;
    }

    void target(RelevoConfig config) {
        recorder.target(new Timeline.Target(
                config.app(), config.environment().name(), config.environment().namespace()));
    }

    @Override
    public void emit(Event event) {
        try {
            recorder.emit(event);
        } catch (RuntimeException e) {
            broken = true;
            return;
        }
        if (event instanceof Event.StepStarted || event instanceof Event.StepFinished) {
            // Who kills the process at once finds out how far it had come.
            keep();
        }
    }

    void failed(Problem problem) {
        recorder.failed(problem);
    }

    /**
     * Writes down all of it.
     *
     * @return the page, when one was made
     */
    Optional<Path> end() {
        // A command that could not even begin leaves no folder behind where there was none.
        if (recorder.isEmpty() && !Files.isDirectory(folder.resolve(StepResults.FOLDER))) {
            return Optional.empty();
        }
        // Whoever stops a command interrupts it, and no file is written by a thread that is interrupted.
        boolean stopped = Thread.interrupted();
        try {
            recorder.end();
            return written(recorder.timeline());
        } finally {
            if (stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Optional<Path> written(Timeline timeline) {
        StepResults.of(folder).write(timeline);
        if (!ENDS_A_RUN.contains(command) && timeline.failure().isEmpty()) {
            return Optional.empty();
        }
        RunReport report = members.isEmpty() ? RunReports.of(timeline, folder) : RunReports.of(timeline, members);
        StepResults.write(page(), RunPage.of(report, masked));
        return Optional.of(page());
    }

    private synchronized void keep() {
        if (broken) {
            return;
        }
        try {
            StepResults.of(folder).write(recorder.timeline());
        } catch (RuntimeException e) {
            // Told once, at the end, when it is tried again.
            broken = true;
        }
    }
}
