package dev.relevo.project;

import dev.relevo.report.TerminalCodes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Runs a command, hands on every line that it prints (errors included) and leaves nothing of it behind: at the timeout, on
 * an interrupt and when this process is told to end, the command and all its children are stopped.
 */
public final class CommandRunner {
    private static final Set<String> OWN_VARIABLES = Set.of("RELEVO_ARGS", "RELEVO_LIBRARY_VERSION");
    private static final int LINES_KEPT = 40;
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(5);

    /** Exit statuses above this one say that a signal ended a process. */
    private static final int SIGNALLED = 128;

    private final Duration grace;

    /** A runner that gives a stopped command five seconds before it forces it. */
    public CommandRunner() {
        this(Duration.ofSeconds(5));
    }

    /** @param grace time between asking a command to end and forcing it */
    public CommandRunner(Duration grace) {
        this.grace = grace;
    }

    /**
     * Runs the command to its end.
     *
     * @param lines gets each line, from one other thread
     */
    public CommandOutcome run(Command command, Consumer<String> lines) {
        ProcessBuilder builder = new ProcessBuilder(ProgramPath.located(command))
                .directory(command.directory().toFile())
                .redirectErrorStream(true);
        // What a CI handed over is for this run; a command that calls relevo itself must not take it for its own.
        builder.environment().keySet().removeAll(OWN_VARIABLES);
        builder.environment().putAll(command.environment());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return new CommandOutcome.NotStarted(reason(e));
        }
        ProcessTree tree = new ProcessTree(process);
        Thread onExit = new Thread(() -> tree.stop(grace), "stop " + command.source());
        boolean watched = watchExit(onExit);
        CommandOutcome outcome;
        try {
            outcome = follow(process, tree, command, lines);
        } finally {
            watched = watched && unwatchExit(onExit);
        }
        if (!watched && outcome instanceof CommandOutcome.Exited exited && exited.status() > SIGNALLED) {
            // The program is being stopped, and the command with it: that a signal ended it is no verdict of its own.
            Thread.currentThread().interrupt();
            return new CommandOutcome.Interrupted(exited.lastLines());
        }
        return outcome;
    }

    private CommandOutcome follow(Process process, ProcessTree tree, Command command, Consumer<String> lines) {
        Heard heard = new Heard(command.directory());
        Thread reader = new Thread(() -> pump(process, heard, lines), "output of " + command.source());
        reader.setDaemon(true);
        reader.start();
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyEnded) {
            // A command that ended at once has no input to close any more; its exit status tells the story.
        }
        try {
            if (!process.waitFor(command.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                tree.stop(grace);
                drain(process, reader);
                return new CommandOutcome.TimedOut(heard.lines());
            }
            drain(process, reader);
            return new CommandOutcome.Exited(process.exitValue(), heard.lines(), heard.firstError());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            tree.stop(grace);
            return new CommandOutcome.Interrupted(heard.lines());
        }
    }

    /** Something left running in the background may hold the output open for ever; its lines are not waited for. */
    private static void drain(Process process, Thread reader) throws InterruptedException {
        reader.join(LAST_OUTPUT.toMillis());
        if (reader.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroy);
        }
    }

    private static void pump(Process process, Heard heard, Consumer<String> lines) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(process.getInputStream(), encoding()))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                heard.add(line);
                lines.accept(line);
            }
        } catch (IOException | UncheckedIOException streamClosed) {
            heard.add("(the output ended early: " + streamClosed.getMessage() + ")");
        }
    }

    private static Charset encoding() {
        return Charset.forName(System.getProperty("native.encoding", "UTF-8"));
    }

    private static String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        int error = message.indexOf("error=");
        return error < 0 ? message : message.substring(message.indexOf(", ", error) + 2);
    }

    private static boolean watchExit(Thread hook) {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            return true;
        } catch (IllegalStateException alreadyShuttingDown) {
            return false;
        }
    }

    /** Whether the program goes on; when it is ending, the hook runs now and has nothing left to stop. */
    private static boolean unwatchExit(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            return false;
        }
    }

    /** The last lines that tell something, and of all lines the one that says why it failed. */
    private static final class Heard {
        /** Advice that Maven and Gradle add to every failure. */
        private static final Pattern ADVICE = Pattern.compile(
                "\\[ERROR]\\s*|\\[ERROR] (-> )?\\[Help \\d+].*|\\[ERROR] (To see the full stack trace|Re-run Maven|For more"
                        + " information about the errors).*|> (Run with --|Get more help at).*|\\* Try:");

        private final Deque<String> lines = new ArrayDeque<>();
        private final FirstError error;

        Heard(Path directory) {
            this.error = new FirstError(directory);
        }

        synchronized void add(String printed) {
            String line = TerminalCodes.without(printed).stripTrailing();
            if (line.isEmpty() || ADVICE.matcher(line).matches()) {
                return;
            }
            error.read(line);
            if (lines.size() == LINES_KEPT) {
                lines.removeFirst();
            }
            lines.addLast(line);
        }

        synchronized List<String> lines() {
            return List.copyOf(lines);
        }

        synchronized Optional<String> firstError() {
            return error.found();
        }
    }
}
