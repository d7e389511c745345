package dev.relevo.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cli.console.CalledAs;
import dev.relevo.cli.console.Streams;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelpTextsTest {
    @TempDir
    Path folder;

    @BeforeEach
    void write() throws Exception {
        HelpTexts.write(folder.resolve("help"));
    }

    @Test
    void there_is_one_for_every_command_in_both_widths_with_and_without_colours() {
        for (String style : List.of("plain-80", "plain-120", "colour-80", "colour-120")) {
            for (String name : Commands.NAMES) {
                assertThat(folder.resolve("help").resolve(style).resolve(name)).isNotEmptyFile();
            }
        }
    }

    @Test
    void each_is_what_the_command_prints() throws Exception {
        List<Path> plain;
        try (Stream<Path> files = Files.list(folder.resolve("help/plain-120"))) {
            plain = files.toList();
        }
        assertThat(plain).hasSizeGreaterThan(Commands.NAMES.size());
        for (Path file : plain) {
            String name = file.getFileName().toString();
            String words = name.equals("PROGRAM") ? "--help" : name.replace('.', ' ') + " --help";
            assertThat(Files.readString(file)).as(words).isEqualTo(printed(words.split(" ")));
        }
        assertThat(folder.resolve("help/version")).hasContent(printed("--version"));
    }

    @Test
    void colours_are_only_where_they_are_wanted() {
        assertThat(folder.resolve("help/plain-80/deploy")).content().doesNotContain("\u001b[");
        assertThat(folder.resolve("help/colour-80/deploy")).content().contains("\u001b[");
    }

    private String printed(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Streams streams = new Streams(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Map.of(),
                false,
                200,
                true,
                folder,
                CalledAs.usual());
        assertThat(new CommandRun(streams).execute(words)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }
}
