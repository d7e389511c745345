package dev.relevo.local.environment;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.local.files.Directories;
import dev.relevo.local.node.Node;
import dev.relevo.local.node.Processes;
import dev.relevo.local.postgres.PostgresAddon;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The local environment as a background process: starts it, finds it, ends it. */
public final class LocalDaemon {
    private static final Duration START_WITHIN = Duration.ofSeconds(60);
    private static final long LOOK_AGAIN_MILLIS = 20;
    private static final long LARGEST_LOG = 4L << 20;
    private static final int LAST_LINES = 50;

    /** Variables by which Jenkins finds what a build has started, to kill it at the build's end. */
    private static final Set<String> MARKS_OF_A_BUILD =
            Set.of("BUILD_ID", "HUDSON_SERVER_COOKIE", "JENKINS_NODE_COOKIE", "JENKINS_SERVER_COOKIE");

    private final EnvironmentDirectory directory;

    private LocalDaemon(EnvironmentDirectory directory) {
        this.directory = directory;
    }

    /** The environment in a directory. */
    public static LocalDaemon at(Path directory) {
        return new LocalDaemon(
                new EnvironmentDirectory(directory.toAbsolutePath().normalize()));
    }

    /** The environment in {@code $RELEVO_LOCAL_HOME}, else in {@code ~/.relevo/local}. */
    public static LocalDaemon standard(Map<String, String> env) {
        return at(EnvironmentDirectory.standard(env));
    }

    /** How it is now; changes nothing. */
    public LocalStatus status() {
        Optional<RunningEnvironment> known =
                EnvironmentDirectory.read(directory.state()).map(RunningEnvironment::fromJson);
        if (known.isEmpty()) {
            return new LocalStatus(LocalStatus.State.STOPPED, directory.path(), Optional.empty());
        }
        return known.get().process().isPresent()
                ? new LocalStatus(LocalStatus.State.RUNNING, directory.path(), known)
                : new LocalStatus(LocalStatus.State.DIED, directory.path(), Optional.empty());
    }

    /**
     * Makes sure that it runs, and returns when it is ready. Callers at the same time start one process.
     *
     * @throws dev.relevo.report.RelevoException RLV-801 to RLV-804 when it cannot be started
     */
    public RunningEnvironment up() throws InterruptedException {
        Optional<RunningEnvironment> running = status().running();
        if (running.isPresent()) {
            return running.get();
        }
        directory.create();
        long deadline = System.nanoTime() + START_WITHIN.toNanos();
        while (true) {
            try (FileChannel channel = FileChannel.open(
                            directory.startLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                Optional<RunningEnvironment> meanwhile = status().running();
                return meanwhile.isPresent() && lock.isValid() ? meanwhile.get() : start();
            } catch (OverlappingFileLockException e) {
                // Another thread of this JVM is starting it.
                if (System.nanoTime() > deadline) {
                    throw timedOut();
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            } catch (IOException e) {
                throw directory.unusable(e);
            }
        }
    }

    private RunningEnvironment start() throws IOException, InterruptedException {
        Files.deleteIfExists(directory.state());
        Files.deleteIfExists(directory.failure());
        if (Files.exists(directory.log()) && Files.size(directory.log()) > LARGEST_LOG) {
            Files.delete(directory.log());
        }
        ProcessBuilder builder = new ProcessBuilder(DaemonCommand.of(directory.path()));
        builder.environment().keySet().removeAll(MARKS_OF_A_BUILD);
        Process process = builder.directory(directory.path().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.log().toFile()))
                .start();
        long deadline = System.nanoTime() + START_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<RunningEnvironment> running = status().running();
            if (running.isPresent()) {
                return running.get();
            }
            boolean ended = process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            if (ended && process.exitValue() != LocalMain.ANOTHER_RUNS) {
                throw didNotStart(process.exitValue());
            } else if (ended) {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
        }
        process.destroyForcibly();
        throw timedOut();
    }

    private RuntimeException timedOut() {
        return Problem.of(
                        LocalError.START_TIMED_OUT,
                        "The local environment was not ready within " + START_WITHIN.toSeconds() + " s")
                .details(logs().lastLines())
                .remedy("see [" + directory.log() + "]; `relevo local reset` starts from nothing")
                .asException();
    }

    private RuntimeException didNotStart(int exit) throws IOException {
        Optional<JsonNode> failure = EnvironmentDirectory.read(directory.failure());
        if (failure.isEmpty()) {
            return Problem.of(
                            LocalError.DID_NOT_START,
                            "The local environment ended with status [" + exit + "] before it was ready")
                    .details(logs().lastLines())
                    .remedy("see [" + directory.log() + "]")
                    .asException();
        }
        LocalError code = Arrays.stream(LocalError.values())
                .filter(each -> each.id().equals(failure.get().path("code").asText()))
                .findFirst()
                .orElse(LocalError.DID_NOT_START);
        Problem problem = Problem.of(code, failure.get().path("summary").asText());
        String remedy = failure.get().path("remedy").asText();
        return (remedy.isEmpty() ? problem.remedy("see [" + directory.log() + "]") : problem.remedy(remedy))
                .asException();
    }

    /**
     * Ends it: pods with their grace, then the database. What it keeps stays, and the next start goes on from there.
     *
     * @return the state before
     * @throws dev.relevo.report.RelevoException RLV-805 when it could not be ended
     */
    public LocalStatus down() throws InterruptedException {
        LocalStatus before = status();
        if (before.running().isPresent()) {
            end(before.running().get());
        }
        try {
            Files.deleteIfExists(directory.state());
        } catch (IOException e) {
            throw directory.unusable(e);
        }
        return before;
    }

    private void end(RunningEnvironment running) throws InterruptedException {
        Optional<ProcessHandle> process = running.process();
        if (process.isEmpty()) {
            return;
        }
        process.get().destroy();
        if (!Processes.awaitEnd(process.get(), LocalEnvironment.closesWithin())) {
            process.get().destroyForcibly();
            throw Problem.of(
                            LocalError.DID_NOT_STOP,
                            "The local environment (process [" + running.pid()
                                    + "]) did not end in time and was killed")
                    .remedy("its pods are ended by the next `relevo local up`; see [" + directory.log() + "]")
                    .asException();
        }
    }

    /**
     * Ends it and removes everything that it keeps.
     *
     * @throws dev.relevo.report.RelevoException RLV-806 when the directory holds something else
     */
    public LocalStatus reset() throws InterruptedException {
        if (Files.isDirectory(directory.path()) && !isEnvironment()) {
            throw Problem.of(
                            LocalError.NOT_AN_ENVIRONMENT,
                            "[" + directory.path()
                                    + "] is not the directory of a local environment; nothing was removed")
                    .remedy("check RELEVO_LOCAL_HOME")
                    .asException();
        }
        LocalStatus before = down();
        try {
            endLeftovers();
            Directories.delete(directory.path());
        } catch (IOException e) {
            throw directory.unusable(e);
        }
        return before;
    }

    private boolean isEnvironment() {
        if (Files.exists(directory.settings()) || Files.exists(directory.startLock())) {
            return true;
        }
        try (Stream<Path> children = Files.list(directory.path())) {
            return children.findAny().isEmpty();
        } catch (IOException e) {
            throw directory.unusable(e);
        }
    }

    /** A process that died left its pods and database running; they must not outlive their files. */
    private void endLeftovers() throws IOException, InterruptedException {
        Node.endLeftovers(directory.path().resolve("node"));
        PostgresAddon.endLeftover(directory.path().resolve("postgresql"));
    }

    /** What the background process said. */
    public LocalLogs logs() {
        try (Stream<String> lines =
                Files.exists(directory.log()) ? Files.lines(directory.log()) : Stream.<String>empty()) {
            List<String> all = lines.toList();
            return new LocalLogs(directory.log(), all.subList(Math.max(0, all.size() - LAST_LINES), all.size()));
        } catch (IOException e) {
            throw directory.unusable(e);
        }
    }

    /**
     * Makes sure of a database in the running environment and of the Secret that leads to it (keys url, host, port,
     * database, username, password). The namespace has to exist.
     *
     * @throws dev.relevo.report.RelevoException RLV-807 when the environment does not run, RLV-808 when there is no database
     */
    public void ensureDatabase(String namespace, String secret, String database) throws InterruptedException {
        RunningEnvironment running = status().running()
                .orElseThrow(() -> Problem.of(
                                LocalError.NOT_RUNNING,
                                "The local environment in [" + directory.path() + "] does not run")
                        .remedy("start it with `relevo local up`")
                        .asException());
        new DatabaseClient(running).ensure(namespace, secret, database);
    }
}
