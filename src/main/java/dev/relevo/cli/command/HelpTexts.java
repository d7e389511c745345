package dev.relevo.cli.command;

import dev.relevo.cli.console.CalledAs;
import dev.relevo.cli.console.Streams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/**
 * What the program prints when it is asked for help or its version, as files for the launcher, which can show them without starting
 * a JVM. Each is what the command itself prints, for the widths that terminals have most often.
 */
public final class HelpTexts {
    private static final List<Integer> WIDTHS = List.of(80, 120);

    private final Path folder;

    private HelpTexts(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes {@code version} and, for each command, {@code plain-80/local.up} and so on; the program's own is {@code PROGRAM}.
     *
     * @param folder is made when it is not there
     */
    public static void write(Path folder) throws IOException {
        HelpTexts texts = new HelpTexts(folder);
        Streams none = texts.streams(OutputStream.nullOutputStream(), WIDTHS.get(0), false);
        try (Session session = new Session(none, new StopPolicy())) {
            CommandLine program = new CommandLine(new RelevoCommand(session), new Factory(session));
            Commands.addTo(program, session);
            texts.write("version", 80, false, "--version");
            texts.writeAll(program, List.of());
        }
    }

    private void writeAll(CommandLine command, List<String> words) throws IOException {
        String name = words.isEmpty() ? "PROGRAM" : String.join(".", words);
        List<String> call = new ArrayList<>(words);
        call.add("--help");
        for (int width : WIDTHS) {
            write("plain-" + width + "/" + name, width, false, call.toArray(String[]::new));
            write("colour-" + width + "/" + name, width, true, call.toArray(String[]::new));
        }
        for (Map.Entry<String, CommandLine> child : command.getSubcommands().entrySet()) {
            List<String> longer = new ArrayList<>(words);
            longer.add(child.getKey());
            writeAll(child.getValue(), longer);
        }
    }

    private void write(String file, int width, boolean colours, String... words) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        if (new CommandRun(streams(text, width, colours)).execute(words) == 0) {
            Path target = folder.resolve(file);
            Files.createDirectories(target.resolveSibling("."));
            Files.write(target, text.toByteArray());
        }
    }

    private Streams streams(OutputStream out, int width, boolean terminal) {
        return new Streams(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Map.of(),
                terminal,
                width,
                terminal,
                folder.toAbsolutePath(),
                CalledAs.usual());
    }
}
