package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Cluster;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.ApiProxy.Call;
import dev.relevo.deploy.ApiProxy.Deed;
import dev.relevo.soak.Soak;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several deployers of one app at once: each does all of its writes, and then the next one does. */
class ConcurrentDeploysIT {
    @TempDir
    Path folder;

    @Test
    @Timeout(7200)
    void theirWritesAreNeverInterleaved() throws Exception {
        int deploys = 0;
        int written = 0;
        try (HollowCluster hollow = new HollowCluster(folder, Duration.ofMillis(50));
                HollowShop shop = new HollowShop(hollow);
                Cluster calm = shop.connect()) {
            DeployOutcome first = shop.deploy(calm, "v0", StrategyName.ROLLING, Duration.ofSeconds(15));
            assertThat(first.replicas()).isEqualTo(3);
            for (long seed : Soak.seeds(1).toArray()) {
                Random random = new Random(seed);
                int deployers = Soak.count(1) == 1 ? 4 : 2 + random.nextInt(9);
                List<Integer> writers = together(hollow, shop, deployers, random);
                deploys += deployers;
                written += writers.size();
                List<Integer> turns = new ArrayList<>();
                for (int writer : writers) {
                    if (turns.isEmpty() || turns.get(turns.size() - 1) != writer) {
                        turns.add(writer);
                    }
                }
                assertThat(turns)
                        .as(Soak.replay("together", seed) + ": who wrote, in order")
                        .doesNotHaveDuplicates()
                        .hasSize(deployers);
            }
        }
        Soak.figure("together", "%d deploys, 2 to 10 at once, %d writes, none interleaved", deploys, written);
    }

    /** @return for each write that was done, which deployer did it, in order */
    private List<Integer> together(HollowCluster hollow, HollowShop shop, int deployers, Random random)
            throws Exception {
        List<Integer> writers = Collections.synchronizedList(new ArrayList<>());
        ExecutorService threads = Executors.newFixedThreadPool(deployers);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < deployers; i++) {
            int who = i;
            StrategyName strategy = StrategyName.values()[random.nextInt(StrategyName.values().length)];
            all.add(threads.submit(() -> {
                ApiProxy.Meddler notes = new ApiProxy.Meddler() {
                    @Override
                    public Deed meet(Call call) {
                        return Deed.PASS;
                    }

                    @Override
                    public void answered(Call call, int status) {
                        if (call.writes() && !call.aboutLock() && status < 300) {
                            writers.add(who);
                        }
                    }
                };
                try (ApiProxy proxy = new ApiProxy(hollow, notes);
                        Cluster cluster = HollowShop.connect(proxy.kubeconfig(folder.resolve("proxied-" + who)))) {
                    return shop.deploy(cluster, "v" + random.nextInt() + "-" + who, strategy, Duration.ofSeconds(15));
                }
            }));
        }
        for (Future<?> one : all) {
            Object outcome = one.get();
            assertThat(outcome).isInstanceOf(DeployOutcome.class);
        }
        threads.shutdown();
        return writers;
    }
}
