package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A deployer in a process of its own, so that it can be killed and stopped as processes are. */
final class DeployerProcess implements AutoCloseable {
    private static final long ENDS_WITHIN_SECONDS = 60;

    private final Process process;

    private DeployerProcess(Process process) {
        this.process = process;
    }

    static DeployerProcess start(Path kubeconfig, String version, StrategyName strategy, Duration lease)
            throws IOException {
        return start(kubeconfig, version, strategy, lease, 3);
    }

    static DeployerProcess start(Path kubeconfig, String version, StrategyName strategy, Duration lease, int replicas)
            throws IOException {
        return new DeployerProcess(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xms48m",
                        "-Xmn24m",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        DeployerProcess.class.getName(),
                        kubeconfig.toString(),
                        version,
                        strategy.name(),
                        Long.toString(lease.toSeconds()),
                        Integer.toString(replicas)))
                // The standard output of a JVM that runs tests belongs to what counts them.
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Ends with the exit code that the command line would have. */
    public static void main(String[] words) {
        StrategyName strategy = StrategyName.valueOf(words[2]);
        try (Cluster cluster = HollowShop.connect(Path.of(words[0]))) {
            DeployOutcome unused = HollowShop.service(
                            cluster, "process-" + ProcessHandle.current().pid())
                    .deploy(
                            Shop.of(words[1], strategy, Integer.parseInt(words[4]), "app: shop"),
                            Shop.quick(strategy, Duration.ofSeconds(Long.parseLong(words[3]))));
        } catch (RelevoException failure) {
            System.err.println(words[1] + ", " + strategy.written() + ": " + failure.problem());
            System.exit(failure.problem().code().exit().number());
        }
        System.exit(0);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        int unused = status();
    }

    /** SIGSTOP, or SIGCONT. */
    void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " ended with " + status);
        }
    }

    /** Its exit code, once it has ended. */
    int status() {
        try {
            if (!process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("The deployer did not end within " + ENDS_WITHIN_SECONDS + " s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
