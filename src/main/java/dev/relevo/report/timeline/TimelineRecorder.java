package dev.relevo.report.timeline;

import dev.relevo.report.Event;
import dev.relevo.report.Event.Outcome;
import dev.relevo.report.EventSink;
import dev.relevo.report.ExitCode;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Keeps what belongs in a timeline, without secrets and never more than fits on a page. */
public final class TimelineRecorder implements EventSink {
    /** What goes on before a step, and belongs to none. */
    private static final String PREPARATION = "prepare";

    /** A command without steps. */
    private static final String ROLLBACK = "rollback";

    private static final List<String> ORDER = List.of("test", "build", "push", "configmap", "deploy");

    private static final int MOST_TASKS = 2000;
    private static final int MOST_MARKS = 4000;
    private static final int LONGEST = 600;

    private final String apiVersion;
    private final String command;
    private final UnaryOperator<String> masked;
    private final InstantSource clock;
    /** By what they are made of: equality of a record is made by the JVM when it is first asked for, which takes milliseconds. */
    private final Map<List<String>, Timeline.Target> targets = new LinkedHashMap<>();

    private final List<Timeline.Planned> releases = new ArrayList<>();
    private final List<Course> steps = new ArrayList<>();
    private final List<RecordedStep> earlier;
    private Optional<String> group = Optional.empty();
    private Optional<Timeline.Failure> failure = Optional.empty();
    private boolean ended;
    private int depth;
    private int tasks;
    private int marks;
    private int leftOut;

    /**
     * A recorder of one command.
     *
     * @param apiVersion of the form
     * @param earlier the timeline that commands before have left; what it goes on from is kept
     * @param masked the text without secrets
     */
    public TimelineRecorder(
            String apiVersion,
            String command,
            Optional<Timeline> earlier,
            UnaryOperator<String> masked,
            InstantSource clock) {
        this.apiVersion = apiVersion;
        this.command = command;
        this.masked = masked;
        this.clock = clock;
        this.earlier = earlier.map(before -> continued(before.steps(), command)).orElse(List.of());
    }

    /** Steps that come before this one in a delivery; others are of a delivery before. */
    private static List<RecordedStep> continued(List<RecordedStep> before, String command) {
        int own = ORDER.indexOf(command);
        return before.stream()
                .filter(step -> ORDER.contains(step.name()) && ORDER.indexOf(step.name()) < own)
                .toList();
    }

    /** The projects belong together. */
    public synchronized void group(String name) {
        group = Optional.of(name);
    }

    /** Something is delivered there. */
    public synchronized void target(Timeline.Target target) {
        targets.put(List.of(target.app(), target.environment(), target.namespace()), target);
    }

    /** Why the command failed. */
    public synchronized void failed(Problem problem) {
        failure = Optional.of(new Timeline.Failure(
                problem.code().id(),
                masked.apply(problem.summary()),
                problem.details().stream().map(masked).toList(),
                problem.remedy().map(masked),
                problem.code().exit().number()));
    }

    /** The command is over. */
    public synchronized void end() {
        Outcome outcome = failure.map(
                        why -> why.exit() == ExitCode.ROLLED_BACK.number() ? Outcome.ROLLED_BACK : Outcome.FAILED)
                .orElse(Outcome.DONE);
        steps.stream()
                .filter(step -> step.outcome.isEmpty())
                .forEach(step -> step.end(
                        clock.instant(),
                        outcome,
                        failure.map(Timeline.Failure::summary).orElse("")));
        ended = true;
    }

    @Override
    public synchronized void emit(Event event) {
        if (event instanceof Event.StepStarted step) {
            start(step.step(), text(step.subject()));
        } else if (event instanceof Event.StepFinished step) {
            finish(step);
        } else if (event instanceof Event.TaskStarted task) {
            begin(task);
        } else if (event instanceof Event.TaskFinished task) {
            end(task);
        } else if (event instanceof Event.ReleasePlanned planned) {
            releases.add(
                    new Timeline.Planned(planned.app(), planned.release(), planned.strategy(), text(planned.image())));
        } else {
            mark(event);
        }
    }

    /** Steps of a group's members lie within each other, and are one here. */
    private void start(String name, String subject) {
        depth++;
        if (depth > 1) {
            Course step = steps.get(steps.size() - 1);
            step.subject = step.subject + "; " + subject;
            return;
        }
        endPreparation();
        steps.add(new Course(name, subject, clock.instant()));
    }

    private void endPreparation() {
        if (!steps.isEmpty()) {
            Course last = steps.get(steps.size() - 1);
            if (last.outcome.isEmpty()) {
                last.end(clock.instant(), Outcome.DONE, "");
            }
        }
    }

    private void finish(Event.StepFinished event) {
        depth = Math.max(0, depth - 1);
        if (depth == 0) {
            Course step = current();
            step.end(clock.instant(), event.outcome(), text(event.summary()));
        }
    }

    private void begin(Event.TaskStarted event) {
        if (tasks >= MOST_TASKS) {
            leftOut++;
            return;
        }
        tasks++;
        if (!steps.isEmpty() && steps.get(steps.size() - 1).outcome.isPresent()) {
            steps.add(new Course(PREPARATION, "", clock.instant()));
        }
        Course step = current();
        step.tasks.put(
                event.id() + "#" + step.tasks.size(),
                new RecordedStep.Task(
                        event.id(),
                        text(event.label()),
                        Optional.of(event.kind()),
                        step.at(clock.instant()),
                        0,
                        Optional.empty(),
                        ""));
    }

    private void end(Event.TaskFinished event) {
        Course step = current();
        double now = step.at(clock.instant());
        double took = event.took().toMillis() / 1000.0;
        Optional<Map.Entry<String, RecordedStep.Task>> begun = step.tasks.entrySet().stream()
                .filter(entry -> entry.getValue().id().equals(event.id())
                        && entry.getValue().outcome().isEmpty())
                .reduce((first, last) -> last);
        RecordedStep.Task ended = new RecordedStep.Task(
                event.id(),
                text(event.label()),
                begun.flatMap(entry -> entry.getValue().kind()),
                Math.max(0, now - took),
                took,
                Optional.of(event.outcome()),
                text(event.detail()));
        if (begun.isPresent()) {
            step.tasks.put(begun.get().getKey(), ended);
        } else if (tasks < MOST_TASKS) {
            tasks++;
            step.tasks.put(event.id() + "#" + step.tasks.size(), ended);
        }
    }

    private void mark(Event event) {
        Optional<Mark> seen = seen(event);
        if (seen.isEmpty()) {
            return;
        }
        if (marks >= MOST_MARKS) {
            leftOut++;
            return;
        }
        marks++;
        current().marks.add(seen.get());
    }

    private Optional<Mark> seen(Event event) {
        double at = steps.isEmpty() ? 0 : steps.get(steps.size() - 1).at(clock.instant());
        if (event instanceof Event.TrafficShifted shift) {
            return Optional.of(new Mark.Traffic(at, shift.task(), text(shift.by()), shift.percent()));
        } else if (event instanceof Event.Rollout rollout) {
            return Optional.of(new Mark.Rollout(
                    at,
                    rollout.task(),
                    text(rollout.workload()),
                    rollout.candidate(),
                    rollout.release(),
                    rollout.complete()));
        } else if (event instanceof Event.Answered answer) {
            return Optional.of(new Mark.Answer(
                    at, answer.task(), text(answer.what()), answer.complaint().map(this::text)));
        } else if (event instanceof Event.ErrorsCounted count) {
            return Optional.of(
                    new Mark.Errors(at, count.task(), count.answers(), count.errors(), count.most(), count.needed()));
        } else if (event instanceof Event.Info info) {
            return Optional.of(new Mark.Note(at, Mark.Weight.INFO, text(info.text()), ""));
        } else if (event instanceof Event.Warning warning) {
            return Optional.of(new Mark.Note(at, Mark.Weight.WARNING, text(warning.text()), text(warning.remedy())));
        } else if (event instanceof Event.PersonNeeded needed) {
            return Optional.of(new Mark.Note(at, Mark.Weight.WAITING, text(needed.text()), text(needed.remedy())));
        }
        return Optional.empty();
    }

    /** The step that runs, or ran last; what comes before the first one is the command's own work. */
    private Course current() {
        if (steps.isEmpty()) {
            steps.add(new Course(command.equals(ROLLBACK) ? command : PREPARATION, "", clock.instant()));
        }
        return steps.get(steps.size() - 1);
    }

    private String text(String raw) {
        String shown = masked.apply(raw);
        return shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST - 1) + "…";
    }

    /** Whether anything was recorded. */
    public synchronized boolean isEmpty() {
        return steps.isEmpty();
    }

    /** Everything until now. */
    public synchronized Timeline timeline() {
        Instant now = clock.instant();
        List<RecordedStep> all = new ArrayList<>(earlier);
        steps.forEach(step -> all.add(step.recorded(now)));
        return new Timeline(
                apiVersion, command, group, List.copyOf(targets.values()), releases, all, failure, ended, leftOut);
    }

    /** A step while it runs. */
    private static final class Course {
        private final String name;
        private final Instant startedAt;
        private final Map<String, RecordedStep.Task> tasks = new LinkedHashMap<>();
        private final List<Mark> marks = new ArrayList<>();
        private String subject;
        private double seconds;
        private Optional<Outcome> outcome = Optional.empty();
        private String summary = "";

        Course(String name, String subject, Instant startedAt) {
            this.name = name;
            this.subject = subject;
            this.startedAt = startedAt;
        }

        double at(Instant moment) {
            return Math.max(0, Duration.between(startedAt, moment).toMillis() / 1000.0);
        }

        void end(Instant moment, Outcome how, String why) {
            seconds = at(moment);
            outcome = Optional.of(how);
            summary = why;
        }

        RecordedStep recorded(Instant now) {
            return new RecordedStep(
                    name,
                    subject,
                    startedAt,
                    outcome.isPresent() ? seconds : at(now),
                    outcome,
                    summary,
                    List.copyOf(tasks.values()),
                    marks);
        }
    }
}
