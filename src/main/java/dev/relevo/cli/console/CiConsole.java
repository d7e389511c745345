package dev.relevo.cli.console;

import dev.relevo.cli.ci.CiSystem;
import dev.relevo.cli.ci.CodePlace;
import dev.relevo.cli.ci.CodePlaces;
import dev.relevo.cli.ci.Notice;
import dev.relevo.cli.ci.RunSummary;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The plain lines of a log, and between them what the CI system understands. */
public final class CiConsole implements Console {
    /** GitHub shows ten errors of a step; the last one is the cause. */
    private static final int MOST_TESTS = 9;

    private final Streams streams;
    private final Masker masker;
    private final CiSystem system;
    private final CodePlaces places;
    private final PlainConsole log;
    private final RunSummary summary;

    /** How many steps have begun and not ended: those of a group of services lie within each other, groups of lines cannot. */
    private int steps;

    private boolean grouped;
    private boolean stopped;
    private int tests;

    /** @param places finds what messages name */
    public CiConsole(Streams streams, Masker masker, CiSystem system, CodePlaces places) {
        this.streams = streams;
        this.masker = masker;
        this.system = system;
        this.places = places;
        this.summary = new RunSummary(masker::mask);
        this.log = new PlainConsole(streams, masker, this::shown);
        for (String secret : masker.secrets()) {
            system.secret(secret).forEach(streams.err()::println);
        }
    }

    @Override
    public synchronized void emit(Event event) {
        summary.add(event);
        if (event instanceof Event.StepStarted step) {
            start(step);
            return;
        } else if (event instanceof Event.StepFinished) {
            steps--;
            if (steps <= 0) {
                endGroup();
            }
        } else if (event instanceof Event.Output) {
            stopCommands();
        }
        log.emit(event);
        if (event instanceof Event.Warning warning) {
            command(system.warning(notice("", warning.text(), warning.remedy(), at(warning.place(), warning.text()))));
        } else if (event instanceof Event.PersonNeeded needed) {
            command(system.warning(notice("", needed.text(), needed.remedy(), Optional.empty())));
        } else if (event instanceof Event.TestFailed test) {
            tests++;
            if (tests <= MOST_TESTS) {
                command(system.error(notice(test.test(), test.message(), "", at(test.place(), ""))));
            }
        } else if (event instanceof Event.Produced value) {
            command(system.output(value.name(), masker.mask(value.value())));
        }
    }

    private void start(Event.StepStarted step) {
        String title = step.step() + (step.subject().isEmpty() ? "" : " " + step.subject());
        List<String> group = steps == 0 ? system.groupStart(masker.mask(title)) : List.of();
        steps++;
        if (group.isEmpty()) {
            log.emit(step);
        } else {
            command(group);
            grouped = true;
        }
    }

    private void endGroup() {
        if (grouped) {
            command(system.groupEnd());
            grouped = false;
        }
    }

    private void stopCommands() {
        if (!stopped) {
            List<String> stop = system.foreignStart();
            stop.forEach(streams.err()::println);
            stopped = !stop.isEmpty();
        }
    }

    private void resumeCommands() {
        if (stopped) {
            system.foreignEnd().forEach(streams.err()::println);
            stopped = false;
        }
    }

    private String shown(String line) {
        return stopped ? line : system.shown(line);
    }

    private void command(List<String> lines) {
        if (!lines.isEmpty()) {
            resumeCommands();
            lines.forEach(streams.err()::println);
        }
    }

    /** Masked before it is written in the system's way, in which a secret may look different. */
    private Notice notice(String title, String text, String remedy, Optional<CodePlace> at) {
        return new Notice(masker.mask(title), masker.mask(remedy.isEmpty() ? text : text + "\n" + remedy), at);
    }

    private Optional<CodePlace> at(Optional<String> place, String text) {
        return place.flatMap(places::in).or(() -> places.in(text));
    }

    @Override
    public synchronized void line(String text) {
        log.line(text);
    }

    @Override
    public synchronized void failed(Problem problem) {
        close();
        log.failed(problem);
        summary.failed(problem);
        Optional<CodePlace> at = Stream.concat(Stream.of(problem.summary()), problem.details().stream())
                .flatMap(line -> places.in(line).stream())
                .findFirst();
        command(system.error(
                notice(problem.code().id(), problem.summary(), problem.remedy().orElse(""), at)));
    }

    @Override
    public synchronized void close() {
        resumeCommands();
        endGroup();
        log.close();
    }

    @Override
    public synchronized void ended() {
        close();
        summary.markdown().ifPresent(text -> command(system.summary(text)));
        log.close();
    }
}
