package dev.relevo.samples.clients;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The service as a process of its own, as a pod runs it: configured by environment, stopped by SIGTERM. */
record ServiceProcess(Process process, Path log, Caller caller) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 12_000;

    static ServiceProcess launch(Database database, Path folder, Map<String, String> environment) throws IOException {
        return launch(database, folder, environment, List.of());
    }

    /** @param options of the JVM, beside the usual ones */
    static ServiceProcess launch(Database database, Path folder, Map<String, String> environment, List<String> options)
            throws IOException {
        int port = freePort();
        Path log = Files.createTempFile(folder, "service", ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-Xmx160m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Application.class.getName()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        // The JVM announces these in a line of plain text, in the middle of a log that is JSON.
        builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().putAll(database.environment());
        builder.environment().put("MICRONAUT_SERVER_HOST", "127.0.0.1");
        builder.environment().put("MICRONAUT_SERVER_PORT", Integer.toString(port));
        builder.environment()
                .put("CLIENTS_SEED_FILE", folder.resolve("none.json").toString());
        builder.environment().putAll(environment);
        return new ServiceProcess(builder.start(), log, Caller.of(URI.create("http://127.0.0.1:" + port)));
    }

    ServiceProcess awaitReady() {
        await("ready", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("The service ended: " + output());
            }
            return readiness() == 200;
        });
        return this;
    }

    /** The status of the readiness probe, 0 when nobody answers. */
    int readiness() {
        try {
            return caller.get("/health/readiness").status();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    void terminate() {
        process.destroy();
    }

    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    List<String> lines() {
        return output().lines().toList();
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Not " + what + " after " + PATIENCE);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("Interrupted while waiting: " + what, e);
            }
        }
    }

    /** None of those that the system itself hands out: before the service is there, somebody else could be given it. */
    private static int freePort() throws IOException {
        int start = ThreadLocalRandom.current().nextInt(PORTS);
        for (int i = 0; i < PORTS; i++) {
            int port = FIRST_PORT + (start + i) % PORTS;
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // The next one may be free.
            }
        }
        throw new IOException("All ports from " + FIRST_PORT + " on are taken");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
