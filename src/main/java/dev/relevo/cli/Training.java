package dev.relevo.cli;

import dev.relevo.cli.command.CommandRun;
import dev.relevo.cli.command.HelpTexts;
import dev.relevo.cli.command.StopPolicy;
import dev.relevo.cli.console.CalledAs;
import dev.relevo.cli.console.Streams;
import dev.relevo.local.environment.EnvironmentOptions;
import dev.relevo.local.environment.LocalEnvironment;
import dev.relevo.pipeline.StepResult;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.Event;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs what most calls run, so that the virtual machine can keep the classes for the next start: commands, and a local
 * environment that they talk to over TLS as to any cluster. Its deploys are of an image that nobody has pushed: the first wants no
 * pods and so comes to its end, the other goes through a hand-over's beginning, a diagnosis and the way back. The image that is
 * built and pushed is of a project whose build tool does nothing. No programs but {@code true}, that one and git are run, nothing
 * leaves the machine or stays on disk.
 */
final class Training {
    private static final String[][] CALLS = {
        {"--help"},
        {"--version"},
        {"confg"},
        {"config", "explain"},
        {"config", "explain", "--json"},
        {"test"},
        {"configmap", "-e", "training"},
        {"plan", "-e", "training"},
        {"deploy", "-e", "training", "--set", "service.replicas=0"},
        {"deploy", "-e", "training"},
        {"status", "-e", "training"},
        {"history", "-e", "training"},
        {"doctor", "-e", "training"},
        {"report"},
    };
    /** In a Maven project; the second build finds nothing changed. */
    private static final String[][] BUILD_CALLS = {
        {"build"}, {"build"}, {"push"},
    };
    /** Those that a CI system, which has no terminal, or a user of the local environment calls. */
    private static final String[][] PLAIN_CALLS = {
        {"plan", "-e", "training"},
        {"status", "-e", "training"},
        {"status"},
    };

    private static final String ITSELF = Training.class.getName().replace('.', '/') + ".class";

    private Training() {}

    /** The one argument is the folder for the {@link HelpTexts}; ends with 0. */
    public static void main(String[] words) throws IOException {
        Objects.requireNonNull(Main.class);
        HelpTexts.write(Path.of(words[0]));
        Shutdown shutdown = Shutdown.install(System.err, new StopPolicy());
        Path folder = Files.createTempDirectory("relevo-training");
        try (LocalEnvironment environment =
                LocalEnvironment.start(folder.resolve("local"), EnvironmentOptions.fresh())) {
            environment.announce();
            Files.writeString(
                    folder.resolve("relevo.yaml"), """
                    app: training
                    image: {repository: "%s/training"}
                    test: {command: ["true"], allowNone: true}
                    configmap: {values: {trained: "yes"}}
                    environments: {training: {kubeconfig: "%s", namespace: default}}
                    """.formatted(environment.registry(), environment.kubeconfig()));
            pushed(folder, environment.registry() + "/training@sha256:" + "0".repeat(64));
            Map<String, String> variables =
                    Map.of("RELEVO_LOCAL_HOME", folder.resolve("local").toString());
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            for (String[] call : CALLS) {
                Streams streams = new Streams(nowhere, nowhere, variables, true, 80, false, folder, CalledAs.usual());
                int unused = new CommandRun(streams).execute(call);
            }
            CompilerTraining.in(folder);
            Path service = service(folder.resolve("service"), environment.registry());
            for (String[] call : BUILD_CALLS) {
                Streams streams =
                        new Streams(nowhere, nowhere, withPath(variables), false, 80, false, service, CalledAs.usual());
                int unused = new CommandRun(streams).execute(call);
            }
            for (String[] call : PLAIN_CALLS) {
                Streams streams = new Streams(nowhere, nowhere, variables, false, 80, false, folder, CalledAs.usual());
                int unused = new CommandRun(streams).execute(call);
            }
        } finally {
            remove(folder);
        }
        shutdown.finished(0);
    }

    /** The variables and where git is; gone through as a user's are, since that takes classes of its own. */
    private static Map<String, String> withPath(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        System.getenv().forEach((name, value) -> {
            if (name.equals("PATH")) {
                all.put(name, value);
            }
        });
        return all;
    }

    /** A Maven project that is compiled already, with a wrapper that says so. */
    private static Path service(Path folder, String registry) throws IOException {
        Path compiled = folder.resolve("target/classes").resolve(ITSELF);
        Files.createDirectories(compiled.getParent());
        try (InputStream itself = Training.class.getResourceAsStream("/" + ITSELF)) {
            Files.write(compiled, Objects.requireNonNull(itself).readAllBytes());
        }
        Files.writeString(
                folder.resolve("pom.xml"),
                "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion><groupId>g</groupId><artifactId>a</artifactId>"
                        + "<version>1</version></project>");
        Path wrapper = Files.writeString(folder.resolve("mvnw"), "#!/bin/sh\n");
        if (!wrapper.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + wrapper + " executable");
        }
        Files.writeString(folder.resolve("relevo.yaml"), """
                app: training
                image: {repository: "%s/service"}
                build: {mainClass: %s, base: none}
                """.formatted(registry, Training.class.getName()));
        return folder;
    }

    private static void pushed(Path folder, String image) {
        StepResults.of(folder)
                .write(
                        new StepResults.Run("push", Event.Outcome.DONE, Instant.now(), Duration.ZERO),
                        Optional.of(new StepResult.Push(image, List.of(), 0, 0)),
                        Optional.empty());
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
