package dev.relevo.local.environment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The background process: one environment, from the start of the process until SIGTERM. */
public final class LocalMain {
    private static final Logger LOG = Logger.getLogger(LocalMain.class.getName());

    /** The exit status that says that there is a process for this directory already. */
    static final int ANOTHER_RUNS = 3;

    private LocalMain() {}

    /** Runs the environment in the directory that is the only argument. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        EnvironmentDirectory directory =
                new EnvironmentDirectory(Path.of(arguments[0]).toAbsolutePath());
        directory.create();
        try (FileChannel channel =
                        FileChannel.open(directory.runLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                LOG.warning("Another process runs the environment in [" + directory.path() + "]");
                System.exit(ANOTHER_RUNS);
            }
            run(directory);
        }
    }

    private static void run(EnvironmentDirectory directory) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        try {
            Files.deleteIfExists(directory.failure());
            EnvironmentOptions options = options(directory);
            LocalEnvironment environment = LocalEnvironment.start(directory.path(), options);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                close(environment, directory);
                                ended.countDown();
                            },
                            "shutdown"));
            keep(directory, options, environment);
            environment.announce();
            LOG.info(() -> "Ready: API server " + environment.apiUrl() + ", registry " + environment.registry());
        } catch (RelevoException e) {
            tell(directory, e.problem());
            System.exit(1);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.SEVERE, "The environment cannot be started", e);
            tell(directory, Problem.of(LocalError.DID_NOT_START, "The local environment could not start: " + e));
            System.exit(1);
        }
        ended.await();
    }

    private static EnvironmentOptions options(EnvironmentDirectory directory) {
        Optional<JsonNode> settings = EnvironmentDirectory.read(directory.settings());
        return new EnvironmentOptions(
                settings.map(kept -> kept.path("apiPort").asInt()).orElse(0),
                settings.map(kept -> kept.path("registryPort").asInt()).orElse(0),
                settings.map(kept -> kept.path("token").asText())
                        .filter(token -> !token.isBlank())
                        .orElseGet(EnvironmentOptions::newToken),
                settings.map(kept -> kept.path("network").asInt()).orElse(0),
                Duration.ofSeconds(10));
    }

    private static void keep(EnvironmentDirectory directory, EnvironmentOptions options, LocalEnvironment environment)
            throws IOException {
        EnvironmentDirectory.write(
                directory.settings(),
                EnvironmentDirectory.newObject()
                        .put("apiPort", environment.apiPort())
                        .put("registryPort", environment.registryPort())
                        .put("network", environment.network())
                        .put("token", options.token()));
    }

    private static void close(LocalEnvironment environment, EnvironmentDirectory directory) {
        environment.close();
        try {
            Files.deleteIfExists(directory.state());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "Cannot remove [" + directory.state() + "]", e);
        }
    }

    /** Leaves the reason of a failed start for who waits for it. */
    private static void tell(EnvironmentDirectory directory, Problem problem) {
        ObjectNode json = EnvironmentDirectory.newObject()
                .put("code", problem.code().id())
                .put("summary", problem.summary())
                .put("remedy", problem.remedy().orElse(""));
        LOG.severe(problem.summary());
        try {
            EnvironmentDirectory.write(directory.failure(), json);
        } catch (IOException e) {
            LOG.log(Level.SEVERE, "Cannot write [" + directory.failure() + "]", e);
        }
    }
}
