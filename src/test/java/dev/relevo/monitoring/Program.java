package dev.relevo.monitoring;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program of this machine, which may be missing.
 *
 * @param path where it is
 * @param variables what it is started with besides
 */
record Program(Path path, Map<String, String> variables) {
    /** Long, since one of them is Maven, and the machine may have much else to do. */
    private static final long SECONDS = 300;

    /** The first of these names that is on the PATH; the test is skipped when none is. */
    static Program needed(String... names) {
        Optional<Path> found =
                Stream.of(names).flatMap(name -> onPath(name).stream()).findFirst();
        assumeTrue(found.isPresent(), names[0] + " is not installed, so what needs it is not checked");
        return new Program(found.orElseThrow(), Map.of());
    }

    /** The program that an environment variable names; the test is skipped when it is not set. */
    static Program given(String variable) {
        Optional<String> named = Optional.ofNullable(System.getenv(variable)).filter(value -> !value.isBlank());
        assumeTrue(named.isPresent(), variable + " names no program, so what needs it is not checked");
        return new Program(Path.of(named.orElseThrow()), Map.of());
    }

    /** The same with variables in its environment. */
    Program with(Map<String, String> given) {
        return new Program(path, given);
    }

    private static Optional<Path> onPath(String name) {
        String folders = Optional.ofNullable(System.getenv("PATH")).orElse("") + File.pathSeparator + "/usr/sbin";
        return Stream.of(folders.split(File.pathSeparator, -1))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Process start(Path folder, Path log, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(path.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(variables);
        return builder.start();
    }

    /** Runs it to its end. */
    Said run(Path folder, String... arguments) throws Exception {
        Path log = Files.createTempFile(folder, "said", ".txt");
        Process process = start(folder, log, List.of(arguments));
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(path + " did not end: " + Files.readString(log));
        }
        return new Said(process.exitValue(), Files.readString(log));
    }

    /** Starts it; it is stopped when closed. */
    Running launch(Path folder, String... arguments) throws IOException {
        Path log = Files.createTempFile(folder, path.getFileName().toString(), ".log");
        return new Running(start(folder, log, List.of(arguments)), log);
    }

    /**
     * @param code the exit code
     * @param text what was printed
     */
    record Said(int code, String text) {}

    /**
     * @param process it
     * @param log what it prints
     */
    record Running(Process process, Path log) implements AutoCloseable {
        private static final Pattern LISTENS = Pattern.compile("Listening on\" address=127\\.0\\.0\\.1:(\\d+)");

        /** The port that it says it listens on. */
        int port() {
            await("listening", () -> LISTENS.matcher(said()).find());
            Matcher found = LISTENS.matcher(said());
            if (!found.find()) {
                throw new AssertionError(said());
            }
            return Integer.parseInt(found.group(1));
        }

        String said() {
            try {
                return Files.readString(log);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void await(String what, BooleanSupplier condition) {
            Waiting.until(what, () -> {
                if (!process.isAlive()) {
                    throw new AssertionError("It ended before it was " + what + ": " + said());
                }
                return condition.getAsBoolean();
            });
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
