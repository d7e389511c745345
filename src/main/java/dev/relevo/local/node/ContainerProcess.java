package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * One run of a container: a process in a session of its own where the system has {@code setsid}, so that whatever it
 * starts ends with it. Its process id and start time are recorded in a file as long as it may live, for a successor of
 * this JVM to find what was left behind.
 */
final class ContainerProcess {
    private static final Logger LOG = Logger.getLogger(ContainerProcess.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_TIME_TOLERANCE = Duration.ofSeconds(3);
    private static final Optional<String> SETSID = Stream.of("/usr/bin/setsid", "/bin/setsid")
            .filter(path -> Files.isExecutable(Path.of(path)))
            .findFirst();

    /**
     * What to start.
     *
     * @param command the command line, its first element an executable of this machine
     * @param env the whole environment of the process
     * @param directory the working directory
     */
    record Spec(List<String> command, Map<String, String> env, Path directory) {
        Spec {
            command = List.copyOf(command);
            env = Map.copyOf(env);
        }
    }

    /** Nothing of the group is left to write; the rest is only read late on a busy machine. */
    private static final long LAST_OUTPUT_MILLIS = 10_000;

    private final Process process;
    private final Instant startedAt;
    private final CompletableFuture<Integer> exited = new CompletableFuture<>();

    private ContainerProcess(Process process, Instant startedAt) {
        this.process = process;
        this.startedAt = startedAt;
    }

    /**
     * Starts the process; its output goes to the log.
     *
     * @throws IOException when the command cannot be run
     */
    static ContainerProcess start(Spec spec, ContainerLog log, Path record) throws IOException {
        List<String> command = new ArrayList<>();
        SETSID.ifPresent(command::add);
        command.addAll(spec.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(spec.directory().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().clear();
        builder.environment().putAll(spec.env());
        Process process = builder.start();
        ContainerProcess running = new ContainerProcess(process, Instant.now());
        writeRecord(process, record);
        Thread pump = new Thread(() -> pump(process.getInputStream(), log), "log-" + process.pid());
        pump.setDaemon(true);
        pump.start();
        process.onExit().thenRunAsync(() -> running.finish(pump, log, record));
        return running;
    }

    private void finish(Thread pump, ContainerLog log, Path record) {
        killGroup(process.pid());
        try {
            pump.join(LAST_OUTPUT_MILLIS);
            Files.deleteIfExists(record);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "Cannot remove [" + record + "]", e);
        } finally {
            try {
                log.close();
            } finally {
                exited.complete(process.exitValue());
            }
        }
    }

    private static void pump(InputStream output, ContainerLog log) {
        byte[] buffer = new byte[8192];
        try (output) {
            for (int count = output.read(buffer); count >= 0; count = output.read(buffer)) {
                log.append(buffer, count);
            }
        } catch (IOException e) {
            LOG.log(Level.FINE, "The output of a container ended", e);
        }
    }

    /** When this machine started it. */
    Instant startedAt() {
        return startedAt;
    }

    /** Completes with the exit code once the process and all that it had started are gone and the log is whole. */
    CompletableFuture<Integer> exited() {
        return exited;
    }

    boolean alive() {
        return !exited.isDone();
    }

    /** Asks the container's main process to end: SIGTERM, to it alone, as a kubelet does. */
    void terminate() {
        // Not process.destroy(): that closes the output, and with it what the process says while it ends.
        process.toHandle().destroy();
    }

    /** Ends the container's processes: SIGKILL to all of them. */
    void kill() {
        List<ProcessHandle> tree = process.descendants().toList();
        process.toHandle().destroyForcibly();
        tree.forEach(ProcessHandle::destroyForcibly);
    }

    private static void killGroup(long pid) {
        if (SETSID.isEmpty()) {
            return;
        }
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -9 -" + pid + " 2>/dev/null")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "Cannot signal the processes of group [" + pid + "]", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void writeRecord(Process process, Path record) throws IOException {
        Instant started = process.info().startInstant().orElse(Instant.now());
        ObjectNode json = JSON.createObjectNode().put("pid", process.pid()).put("startedAt", started.toString());
        Path fresh = record.resolveSibling(record.getFileName() + ".new");
        Files.writeString(fresh, json.toString(), StandardCharsets.UTF_8);
        Files.move(fresh, record, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Ends the process that a record file tells of, if it still is the same one, and removes the record.
     *
     * @return whether there was something to end
     */
    static boolean killLeftover(Path record) throws IOException {
        JsonNode json = JSON.readTree(Files.readString(record));
        Instant recorded = Instant.parse(json.path("startedAt").asText());
        long pid = json.path("pid").asLong();
        Optional<ProcessHandle> handle = ProcessHandle.of(pid)
                .filter(each -> each.info()
                        .startInstant()
                        .map(start -> Duration.between(start, recorded).abs().compareTo(START_TIME_TOLERANCE) < 0)
                        .orElse(false));
        handle.ifPresent(leader -> {
            List<ProcessHandle> tree = leader.descendants().toList();
            leader.destroyForcibly();
            tree.forEach(ProcessHandle::destroyForcibly);
            killGroup(pid);
        });
        Files.deleteIfExists(record);
        return handle.isPresent();
    }
}
