package dev.relevo.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Connections whose patience fits a test. */
public final class TestConnections {
    private TestConnections() {}

    /**
     * One that tries again soon.
     *
     * @param watchIdle how long a watch may be silent
     */
    public static Cluster quick(Path kubeconfig, Duration watchIdle) {
        RetryPolicy retries = new RetryPolicy(
                Duration.ofMillis(20),
                Duration.ofMillis(300),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                () -> ThreadLocalRandom.current().nextDouble());
        return KubernetesCluster.over(
                KubeConfigs.resolve(Optional.of(kubeconfig), Optional.empty()),
                retries,
                new WatchPatience(WatchPatience.STANDARD.opening(), watchIdle));
    }
}
