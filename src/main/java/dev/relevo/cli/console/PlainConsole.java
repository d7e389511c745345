package dev.relevo.cli.console;

import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A line per event, for logs. A task that lasts says how far it is, but not more often than every five seconds. */
final class PlainConsole implements Console {
    private static final Duration SAY_AGAIN = Duration.ofSeconds(5);

    private final Streams streams;
    private final Masker masker;
    private final EventText text;
    private final UnaryOperator<String> shown;
    private final Map<String, Running> running = new HashMap<>();

    PlainConsole(Streams streams, Masker masker) {
        this(streams, masker, line -> line);
    }

    /** @param shown what a line becomes before it is printed */
    PlainConsole(Streams streams, Masker masker, UnaryOperator<String> shown) {
        this.shown = shown;
        this.streams = streams;
        this.masker = masker;
        this.text = new EventText(streams.colours());
    }

    @Override
    public synchronized void emit(Event event) {
        text.lines(event).forEach(this::line);
        long now = System.nanoTime();
        if (event instanceof Event.TaskStarted task) {
            running.put(task.id(), new Running(task.label(), now));
        } else if (event instanceof Event.TaskFinished task) {
            running.remove(task.id());
        } else if (event instanceof Event.TaskProgress progress) {
            Running task = running.get(progress.id());
            if (task != null && now - task.said() >= SAY_AGAIN.toNanos()) {
                line("    ... " + task.label() + ": " + EventText.progress(progress));
                running.put(progress.id(), new Running(task.label(), now));
            }
        }
    }

    @Override
    public synchronized void line(String line) {
        streams.err().println(shown.apply(masker.mask(line)));
    }

    @Override
    public void failed(Problem problem) {
        ProblemText.lines(problem, streams.colours()).forEach(this::line);
    }

    @Override
    public void close() {
        streams.err().flush();
    }

    private record Running(String label, long said) {}
}
