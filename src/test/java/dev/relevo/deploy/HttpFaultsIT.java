package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Cluster;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.ApiProxy.Call;
import dev.relevo.deploy.ApiProxy.Deed;
import dev.relevo.report.RelevoException;
import dev.relevo.soak.Soak;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Deploys over real HTTP through a proxy that does to requests, answers and watches what bad networks and servers do. */
class HttpFaultsIT {
    private static final StrategyName[] WITHOUT_DOWNTIME = {
        StrategyName.ROLLING, StrategyName.BLUE_GREEN, StrategyName.CANARY
    };

    @TempDir
    Path folder;

    private final Map<Deed, Integer> done = new EnumMap<>(Deed.class);

    @Test
    @Timeout(7200)
    void whatIsClaimedIsSoAndNothingIsLost() throws Exception {
        int successes = 0;
        int failures = 0;
        try (HollowCluster hollow = new HollowCluster(folder, Duration.ofMillis(50));
                HollowShop shop = new HollowShop(hollow);
                Cluster calm = shop.connect()) {
            DeployOutcome first = shop.deploy(calm, "v0", StrategyName.ROLLING, Duration.ofSeconds(5));
            assertThat(first.replicas()).isEqualTo(3);
            for (long seed : Soak.seeds(5).toArray()) {
                Random random = new Random(seed);
                StrategyName strategy = WITHOUT_DOWNTIME[random.nextInt(3)];
                String story = Soak.replay("http-faults", seed) + ", " + strategy;
                long began = System.nanoTime();
                try (ApiProxy proxy = new ApiProxy(hollow, new Chance(random));
                        Cluster faulty = HollowShop.connect(proxy.kubeconfig(folder.resolve("proxied")))) {
                    DeployOutcome outcome = shop.deploy(faulty, "v" + seed, strategy, Duration.ofSeconds(5));
                    shop.assertServes("v" + seed, story);
                    assertThat(outcome.replicas()).as(story).isEqualTo(3);
                    successes++;
                } catch (RelevoException failure) {
                    failures++;
                    assertThat(shop.images())
                            .as(story + ": " + failure.problem())
                            .isNotEmpty();
                }
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .as(story)
                        .isLessThan(Duration.ofMinutes(5));
                assertThat(shop.outages()).as(story).isEmpty();
            }
            DeployOutcome last = shop.deploy(calm, "last", StrategyName.ROLLING, Duration.ofSeconds(5));
            assertThat(last.replicas()).isEqualTo(3);
            shop.assertSteady("last", "the last deploy");
        }
        Soak.figure(
                "http-faults",
                "%d deploys over HTTP, %d successes, %d failures, 0 false successes, 0 hangs, 0 lost releases; %s",
                successes + failures,
                successes,
                failures,
                done);
    }

    /** What happens to the requests of one deploy. */
    private final class Chance implements ApiProxy.Meddler {
        private final Random random;
        private final double chance;
        private final long partition;
        private long partitionedUntil;

        Chance(Random random) {
            this.random = random;
            this.chance = 0.02 + 0.08 * random.nextDouble();
            // A long one now and then; in the build only short ones.
            boolean lasting = Soak.count(0) > 50 && random.nextInt(20) == 0;
            this.partition = Duration.ofSeconds(lasting ? 30 : 2).toNanos();
        }

        @Override
        public synchronized Deed meet(Call call) {
            if (System.nanoTime() < partitionedUntil) {
                return Deed.RESET;
            }
            Deed deed = random.nextDouble() < chance ? bad(call) : Deed.PASS;
            synchronized (done) {
                done.merge(deed, 1, Integer::sum);
            }
            return deed;
        }

        private Deed bad(Call call) {
            if (random.nextInt(25) == 0) {
                partitionedUntil = System.nanoTime() + partition;
                return Deed.RESET;
            }
            if (call.watches()) {
                return new Deed[] {Deed.SILENT, Deed.CLOSED, Deed.GONE, Deed.ERROR, Deed.RESET}[random.nextInt(5)];
            }
            if (call.lists() && random.nextInt(3) == 0) {
                return Deed.STALE;
            }
            if (call.writes() && random.nextInt(4) == 0) {
                return Deed.CONFLICT;
            }
            return new Deed[] {Deed.THROTTLE, Deed.ERROR, Deed.ERROR_INSTEAD, Deed.RESET, Deed.RESET_IN_ANSWER}
                    [random.nextInt(5)];
        }
    }
}
