package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.soak.Soak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Not run in the build: figures for many pods, against kubectl in the same run. The node says that pods run and runs none. */
class ScaleBench {
    private static final int RUNS = Soak.count(3);

    @TempDir
    Path folder;

    private HollowCluster hollow;
    private int versions;

    @BeforeEach
    void start() throws IOException {
        hollow = new HollowCluster(folder, Duration.ofMillis(500));
    }

    @AfterEach
    void stop() {
        hollow.close();
    }

    @Test
    void overheadOverKubectl() throws Exception {
        for (int replicas : new int[] {3, 100}) {
            List<Double> ours = new ArrayList<>();
            List<Double> theirs = new ArrayList<>();
            engine(replicas);
            kubectl(replicas);
            for (int i = 0; i < RUNS; i++) {
                ours.add(engine(replicas));
                theirs.add(kubectl(replicas));
            }
            double engine = median(ours);
            double kubectl = median(theirs);
            Soak.figure(
                    "scale",
                    "%d replicas: engine %.2f s, kubectl apply and rollout status %.2f s, overhead %.2f s or %.1f %%",
                    replicas,
                    engine,
                    kubectl,
                    engine - kubectl,
                    100 * (engine - kubectl) / kubectl);
        }
    }

    @Test
    void memoryWithManyPods() throws Exception {
        for (int replicas : new int[] {3, 1000}) {
            long peak = 0;
            for (int i = 0; i < 2; i++) {
                try (DeployerProcess process = DeployerProcess.start(
                        hollow.kubeconfig(), "m" + ++versions, StrategyName.ROLLING, DeployOptions.LEASE, replicas)) {
                    while (process.isAlive()) {
                        peak = Math.max(peak, peakKilobytes(process.pid()));
                        Thread.sleep(20);
                    }
                    assertThat(process.status()).isZero();
                }
            }
            Soak.figure("scale", "rolling %d pods over: peak resident memory %d MB", replicas, peak / 1024);
        }
    }

    private double engine(int replicas) {
        ReleaseSpec spec = Shop.of("v" + ++versions, StrategyName.ROLLING, replicas, "app: shop");
        long began = System.nanoTime();
        try (Cluster cluster = HollowShop.connect(hollow.kubeconfig())) {
            DeployOutcome outcome = HollowShop.service(cluster, "bench")
                    .deploy(spec, Shop.quick(StrategyName.ROLLING, DeployOptions.LEASE));
            assertThat(outcome.replicas()).isEqualTo(replicas);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private double kubectl(int replicas) throws Exception {
        StringBuilder file = new StringBuilder("apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n");
        ReleaseSpec spec = Shop.of("v" + ++versions, StrategyName.ROLLING, replicas, "app: shop");
        for (KubeObject object : spec.manifests()) {
            file.append(new YAMLMapper()
                    .writeValueAsString(object.withNamespace("other").tree()));
        }
        Path manifests = Files.writeString(folder.resolve("manifests.yaml"), file);
        long began = System.nanoTime();
        run("apply", "--server-side", "-f", manifests.toString());
        run("rollout", "status", "-n", "other", "deploy/shop");
        return (System.nanoTime() - began) / 1e9;
    }

    private void run(String... words) throws Exception {
        List<String> line = new ArrayList<>(
                List.of("kubectl", "--kubeconfig", hollow.kubeconfig().toString()));
        line.addAll(List.of(words));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("kubectl.log").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("kubectl.log")))
                .isZero();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static long peakKilobytes(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException ended) {
            return 0;
        }
    }
}
