package dev.relevo.cli;

import dev.relevo.cli.command.CommandRun;
import dev.relevo.cli.console.Streams;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs what most calls run, so that the virtual machine can keep the classes for the next start. Nothing of it leaves the
 * process or stays on disk.
 */
final class Training {
    private static final String[][] CALLS = {
        {"--help"},
        {"--version"},
        {"confg"},
        {"init", "--app", "training", "--repository", "localhost:1/training"},
        {"config", "explain"},
        {"config", "explain", "--json"},
        {"status", "--set", "deploy.timeout=1s"},
    };

    private Training() {}

    /** No arguments; ends with 0. */
    public static void main(String[] none) throws IOException {
        Path folder = Files.createTempDirectory("relevo-training");
        try {
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            for (String[] call : CALLS) {
                Streams streams = new Streams(nowhere, nowhere, Map.of(), true, 80, folder);
                int unused = new CommandRun(streams).execute(call);
            }
        } finally {
            Files.deleteIfExists(folder.resolve("relevo.yaml"));
            Files.deleteIfExists(folder);
        }
        System.exit(0);
    }
}
