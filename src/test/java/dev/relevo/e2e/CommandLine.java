package dev.relevo.e2e;

import dev.relevo.cli.command.CommandRun;
import dev.relevo.cli.console.CalledAs;
import dev.relevo.cli.console.Streams;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * A user at the command line in a project.
 *
 * @param variables what is set there
 */
record CommandLine(Path project, Map<String, String> variables) {
    CommandLine(Path project) {
        this(project, Map.of());
    }

    /** What the user sees. */
    record Ended(int status, String out, String err) {}

    Ended relevo(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams = new Streams(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                variables,
                false,
                80,
                false,
                project,
                CalledAs.usual());
        int status = new CommandRun(streams).execute(words);
        return new Ended(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
