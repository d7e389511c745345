package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The program in a process of its own, as a CI starts it; what it says is read as it comes. */
final class RelevoProcess implements AutoCloseable {
    private final Process process;
    private final List<String> said = new ArrayList<>();
    private final Thread reader;

    private RelevoProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "output of relevo");
        reader.setDaemon(true);
        reader.start();
    }

    static RelevoProcess start(Path project, Map<String, String> variables, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.relevo.cli.Main"));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
        builder.environment().putAll(variables);
        return new RelevoProcess(builder.start());
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (said) {
                    said.add(line);
                    said.notifyAll();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            synchronized (said) {
                said.notifyAll();
            }
        }
    }

    /** Waits until it has said such a line. */
    String says(Predicate<String> line) throws InterruptedException {
        synchronized (said) {
            while (said.stream().noneMatch(line)) {
                assertThat(reader.isAlive())
                        .as("it goes on, and said so far: " + said)
                        .isTrue();
                said.wait(1000);
            }
            return said.stream().filter(line).findFirst().orElseThrow();
        }
    }

    /** Everything that it said until it ended. */
    List<String> ended(int status) throws InterruptedException {
        process.waitFor();
        reader.join();
        List<String> all = List.copyOf(said);
        assertThat(process.exitValue()).as(String.join("\n", all)).isEqualTo(status);
        return all;
    }

    /** Asks it to stop, as Ctrl-C and a CI do. */
    void interrupt() {
        // The process itself would close its output first, and with it what is still to be said.
        boolean unused = process.toHandle().destroy();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            boolean unused = process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
