package dev.relevo.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a process has around it.
 *
 * @param out for results, nothing else
 * @param err for progress and messages
 * @param variables environment variables
 * @param terminal whether {@code err} is a terminal
 * @param columns width of the terminal
 * @param outTerminal whether {@code out} is a terminal
 * @param folder the working directory, absolute
 * @param called the program's name as the user has called it
 */
public record Streams(
        PrintStream out,
        PrintStream err,
        Map<String, String> variables,
        boolean terminal,
        int columns,
        boolean outTerminal,
        Path folder,
        CalledAs called) {
    private static final int USUAL_WIDTH = 80;

    public Streams {
        variables = Map.copyOf(variables);
    }

    /** The real ones. The launcher says whether there is a terminal, since Java cannot tell without native code. */
    public static Streams ofProcess() {
        return new Streams(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.getenv(),
                Boolean.getBoolean("relevo.terminal"),
                Integer.getInteger("relevo.columns", USUAL_WIDTH),
                Boolean.getBoolean("relevo.terminal.out"),
                Path.of("").toAbsolutePath(),
                new CalledAs(System.getProperty("relevo.called", "relevo")));
    }

    /** Whether a CI system runs the process, by the variables that they set. */
    public boolean inCi() {
        return isSet("CI") || isSet("JENKINS_URL") || isSet("TF_BUILD") || isSet("BUILD_NUMBER");
    }

    /** Whether colours are wanted, see no-color.org. */
    public boolean colours() {
        return terminal && !isSet("NO_COLOR") && !"dumb".equals(variables.get("TERM"));
    }

    /** How wide lines of a result may be: as the terminal, or as long as they are for a file or another program. */
    public int outputColumns() {
        return outTerminal ? columns : Integer.MAX_VALUE;
    }

    private boolean isSet(String variable) {
        return !variables.getOrDefault(variable, "").isEmpty();
    }
}
