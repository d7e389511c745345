package dev.relevo.cli.command;

import dev.relevo.report.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** What nobody foresaw: told in one line, with everything else in a file. */
final class Unexpected {
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

    private Unexpected() {}

    static Problem problem(Throwable e, Session session) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (e instanceof InterruptedException || root instanceof InterruptedException) {
            return Problem.of(CliError.STOPPED, "The run was stopped")
                    .remedy("Run the command again; it goes on from what it finds.");
        }
        Problem problem = Problem.of(
                CliError.UNEXPECTED,
                "Unexpected failure: "
                        + (root.getMessage() == null ? root.getClass().getName() : root.getMessage()));
        try {
            return problem.detail("log: " + write(e, session))
                    .remedy("This is a fault of Relevo. Please report it with the log file.");
        } catch (IOException | RuntimeException unwritable) {
            return problem.details(trace(e).lines().limit(20).toList())
                    .remedy("This is a fault of Relevo. Please report it with the lines above.");
        }
    }

    private static Path write(Throwable e, Session session) throws IOException {
        Path project = session.project();
        Path folder = Files.isRegularFile(project.resolve("relevo.yaml"))
                ? project.resolve(".relevo").resolve("logs")
                : Files.createTempDirectory("relevo");
        Files.createDirectories(folder);
        Path file = folder.resolve("error-" + LocalDateTime.now(ZoneOffset.UTC).format(NAME) + ".log");
        String text = "relevo " + Version.number() + ", Java " + Runtime.version() + ", "
                + System.getProperty("os.name") + "\n" + trace(e);
        return Files.writeString(file, session.masked(text));
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
