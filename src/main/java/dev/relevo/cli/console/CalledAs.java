package dev.relevo.cli.console;

import dev.relevo.report.Problem;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the user has called the program. Messages say {@code `relevo build`}, since only the command line knows that in a
 * checkout it must be {@code `./relevo build`} to work when it is copied.
 *
 * @param program as it was typed, e.g. {@code ./relevo}
 */
public record CalledAs(String program) {
    /** The program in a command that a message shows between backticks. */
    private static final Pattern IN_TEXT = Pattern.compile("`relevo(?=[ `])");

    /** The usual name, for whom it is on the PATH. */
    public static CalledAs usual() {
        return new CalledAs("relevo");
    }

    public CalledAs {
        if (program.isBlank()) {
            throw new IllegalArgumentException("A program has a name");
        }
    }

    /**
     * A command to type.
     *
     * @param words behind the program, ready for a shell
     */
    public String command(String words) {
        return quoted(program) + " " + words;
    }

    /** The text with every command in it as this user must type it. */
    public String in(String text) {
        return IN_TEXT.matcher(text).replaceAll("`" + Matcher.quoteReplacement(quoted(program)));
    }

    /** The problem with every command in it as this user must type it. */
    public Problem in(Problem problem) {
        List<String> details = problem.details().stream().map(this::in).toList();
        return new Problem(
                problem.code(), in(problem.summary()), details, problem.remedy().map(this::in));
    }

    /** The word as a shell takes it for one word. */
    public static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:@%+=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
