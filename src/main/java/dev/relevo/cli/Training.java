package dev.relevo.cli;

import dev.relevo.cli.command.CommandRun;
import dev.relevo.cli.console.CalledAs;
import dev.relevo.cli.console.Streams;
import dev.relevo.local.environment.EnvironmentOptions;
import dev.relevo.local.environment.LocalEnvironment;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs what most calls run, so that the virtual machine can keep the classes for the next start: commands that only read, and
 * a local environment that they talk to over TLS as to any cluster. Nothing of it leaves the machine or stays on disk.
 */
final class Training {
    private static final String[][] CALLS = {
        {"--help"},
        {"--version"},
        {"confg"},
        {"config", "explain"},
        {"config", "explain", "--json"},
        {"status", "-e", "training"},
        {"history", "-e", "training"},
        {"plan", "-e", "training"},
        {"doctor", "-e", "training"},
    };

    private Training() {}

    /** No arguments; ends with 0. */
    public static void main(String[] none) throws IOException {
        Path folder = Files.createTempDirectory("relevo-training");
        try (LocalEnvironment environment =
                LocalEnvironment.start(folder.resolve("local"), EnvironmentOptions.fresh())) {
            Files.writeString(
                    folder.resolve("relevo.yaml"), """
                    app: training
                    image: {repository: "%s/training"}
                    environments: {training: {kubeconfig: "%s", namespace: default}}
                    """.formatted(environment.registry(), environment.kubeconfig()));
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            for (String[] call : CALLS) {
                Streams streams = new Streams(nowhere, nowhere, Map.of(), true, 80, false, folder, CalledAs.usual());
                int unused = new CommandRun(streams).execute(call);
            }
        } finally {
            remove(folder);
        }
        System.exit(0);
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }
}
