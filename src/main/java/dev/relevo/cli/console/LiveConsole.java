package dev.relevo.cli.console;

import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Lasting lines that scroll by, and below them what runs now: elapsed times, and bars where something can be counted. */
final class LiveConsole implements Console {
    private static final int BAR = 20;
    private static final int MOST_TASKS = 8;
    private static final long REDRAW_MILLIS = 120;

    private final Streams streams;
    private final Masker masker;
    private final EventText text;
    private final Map<String, Running> tasks = new LinkedHashMap<>();
    private final ScheduledExecutorService clock;
    private Optional<Running> step = Optional.empty();
    private int drawn;

    LiveConsole(Streams streams, Masker masker) {
        this.streams = streams;
        this.masker = masker;
        this.text = new EventText(streams.colours());
        this.clock = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "console");
            thread.setDaemon(true);
            return thread;
        });
        var unused = clock.scheduleAtFixedRate(this::redraw, REDRAW_MILLIS, REDRAW_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void emit(Event event) {
        if (event instanceof Event.StepStarted started) {
            step = Optional.of(new Running(started.step(), System.nanoTime(), Optional.empty()));
        } else if (event instanceof Event.StepFinished) {
            step = Optional.empty();
            tasks.clear();
        } else if (event instanceof Event.TaskStarted task) {
            tasks.put(task.id(), new Running(task.label(), System.nanoTime(), Optional.empty()));
        } else if (event instanceof Event.TaskFinished task) {
            tasks.remove(task.id());
        } else if (event instanceof Event.TaskProgress progress) {
            tasks.computeIfPresent(
                    progress.id(), (id, task) -> new Running(task.label(), task.since(), Optional.of(progress)));
        }
        List<String> lines = text.lines(event);
        if (!lines.isEmpty()) {
            print(lines);
        }
    }

    @Override
    public synchronized void line(String line) {
        print(List.of(line));
    }

    @Override
    public void failed(Problem problem) {
        ProblemText.lines(problem, streams.colours()).forEach(this::line);
    }

    @Override
    public synchronized void close() {
        clock.shutdownNow();
        step = Optional.empty();
        tasks.clear();
        print(List.of());
    }

    private synchronized void redraw() {
        if (step.isPresent() || drawn > 0) {
            print(List.of());
        }
    }

    private void print(List<String> lasting) {
        StringBuilder screen = new StringBuilder();
        if (drawn > 0) {
            screen.append("\u001b[").append(drawn).append("A\r\u001b[J");
        }
        for (String line : lasting) {
            screen.append(masker.mask(line)).append('\n');
        }
        List<String> status = status();
        for (String line : status) {
            screen.append(line).append('\n');
        }
        drawn = status.size();
        if (!screen.isEmpty()) {
            streams.err().print(screen);
            streams.err().flush();
        }
    }

    private List<String> status() {
        List<String> lines = new ArrayList<>();
        if (step.isEmpty() && tasks.isEmpty()) {
            return lines;
        }
        step.ifPresent(running -> lines.add(cut("    " + running.label() + " " + running.elapsed(), Style.CYAN)));
        tasks.values().stream().limit(MOST_TASKS).forEach(task -> lines.add(cut(task(task), Style.DIM)));
        if (tasks.size() > MOST_TASKS) {
            lines.add("      and " + (tasks.size() - MOST_TASKS) + " more");
        }
        return lines;
    }

    private static String task(Running task) {
        String line = "      " + task.label() + " " + task.elapsed();
        if (task.progress().isEmpty()) {
            return line;
        }
        Event.TaskProgress progress = task.progress().get();
        String words = EventText.progress(progress);
        if (progress.total() <= 0) {
            return line + " " + words;
        }
        int full = (int) Math.min(BAR, progress.done() * BAR / progress.total());
        return line + " [" + "#".repeat(full) + "-".repeat(BAR - full) + "] " + words;
    }

    /** A line that wrapped would make the cursor's way back too short. */
    private String cut(String line, Style style) {
        String masked = masker.mask(line);
        int width = Math.max(20, streams.columns() - 1);
        return style.apply(masked.length() <= width ? masked : masked.substring(0, width), streams.colours());
    }

    private record Running(String label, long since, Optional<Event.TaskProgress> progress) {
        String elapsed() {
            return EventText.seconds(Duration.ofNanos(System.nanoTime() - since));
        }
    }
}
