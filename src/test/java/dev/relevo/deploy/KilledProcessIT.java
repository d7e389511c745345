package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Cluster;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.ApiProxy.Call;
import dev.relevo.deploy.ApiProxy.Deed;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.soak.Soak;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A deployer's process is killed, or stopped for a while, at a write that it makes over HTTP: the next one converges. */
class KilledProcessIT {
    private static final boolean ALL = Boolean.getBoolean("relevo.crash.all");
    private static final Duration LEASE = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private HollowCluster hollow;
    private HollowShop shop;
    private Cluster calm;
    private int versions;
    private int deaths;

    @BeforeEach
    void start() throws IOException {
        hollow = new HollowCluster(folder, Duration.ofMillis(50));
        shop = new HollowShop(hollow);
        calm = shop.connect();
        deployed(StrategyName.ROLLING);
    }

    @AfterEach
    void stop() {
        calm.close();
        shop.close();
        hollow.close();
    }

    @Test
    @Timeout(7200)
    void whoComesAfterAProcessThatWasKilledConverges() throws Exception {
        for (StrategyName strategy :
                ALL ? StrategyName.values() : new StrategyName[] {StrategyName.BLUE_GREEN, StrategyName.CANARY}) {
            // One that nothing meets tells how many writes there are; on request one dies before and after each of
            // them.
            int writes = ALL ? dies(strategy, Integer.MAX_VALUE, false) : 11;
            for (int at = ALL ? 1 : 3 + 2 * strategy.ordinal(); at <= writes; at += ALL ? 1 : 100) {
                for (boolean after : ALL ? new boolean[] {false, true} : new boolean[] {strategy.ordinal() % 2 == 1}) {
                    converges(strategy, at, after);
                }
            }
        }
        Soak.figure("kills", "%d processes killed at a write, each time the next deploy converged", deaths);
    }

    private void converges(StrategyName strategy, int at, boolean after) throws Exception {
        String story = strategy + " killed " + (after ? "after" : "before") + " write " + at;
        int unused = dies(strategy, at, after);
        deaths++;
        if (strategy != StrategyName.BIG_BANG) {
            assertThat(shop.outages()).as(story).isEmpty();
        }
        String next = deployed(StrategyName.ROLLING);
        shop.assertSteady(next, story);
        if (strategy != StrategyName.BIG_BANG) {
            assertThat(shop.outages()).as(story).isEmpty();
        }
        shop.forgetOutages();
    }

    /** @return how many writes were made, those of the lock aside */
    private int dies(StrategyName strategy, int at, boolean after) throws Exception {
        CompletableFuture<DeployerProcess> deployer = new CompletableFuture<>();
        AtomicInteger writes = new AtomicInteger();
        ApiProxy.Meddler killer = new ApiProxy.Meddler() {
            private volatile Optional<Call> fatal = Optional.empty();

            @Override
            public Deed meet(Call call) {
                if (call.writes() && !call.aboutLock() && writes.incrementAndGet() == at) {
                    fatal = Optional.of(call);
                    if (!after) {
                        deployer.join().kill();
                        return Deed.RESET;
                    }
                }
                return Deed.PASS;
            }

            @Override
            public void answered(Call call, int status) {
                if (fatal.filter(call::equals).isPresent()) {
                    deployer.join().kill();
                }
            }
        };
        try (ApiProxy proxy = new ApiProxy(hollow, killer);
                DeployerProcess process = DeployerProcess.start(
                        proxy.kubeconfig(folder.resolve("proxied")), "v" + ++versions, strategy, LEASE)) {
            deployer.complete(process);
            int status = process.status();
            assertThat(status).as("exit code").isEqualTo(writes.get() < at ? 0 : 137);
        }
        return writes.get();
    }

    @Test
    @Timeout(7200)
    void aProcessThatWasStoppedAndWakesUpLateWritesNothingMore() throws Exception {
        int stops = 0;
        for (StrategyName strategy : StrategyName.values()) {
            int writes = ALL ? dies(strategy, Integer.MAX_VALUE, false) : 5;
            for (int at = ALL ? 1 : 5; at <= writes; at += ALL ? 1 : 100) {
                if ((ALL || strategy == StrategyName.BLUE_GREEN) && wakesUpLate(strategy, at)) {
                    stops++;
                }
            }
        }
        Soak.figure("stops", "%d processes stopped at a write, 0 writes of theirs lasted after they woke up", stops);
    }

    /** @return whether it came to that write */
    private boolean wakesUpLate(StrategyName strategy, int at) throws Exception {
        String story = strategy + " stopped at write " + at;
        CompletableFuture<DeployerProcess> deployer = new CompletableFuture<>();
        CompletableFuture<String> meanwhile = new CompletableFuture<>();
        CompletableFuture<Boolean> recorded = new CompletableFuture<>();
        AtomicInteger writes = new AtomicInteger();
        String version = "v" + ++versions;
        String steady;
        ApiProxy.Meddler stopper = call -> {
            if (call.writes() && !call.aboutLock() && writes.incrementAndGet() == at) {
                try {
                    recorded.complete(serves(version));
                    meanwhile.complete(whileItStandsStill(deployer.join()));
                } catch (RuntimeException | Error e) {
                    // Else the test would wait for them forever.
                    recorded.completeExceptionally(e);
                    meanwhile.completeExceptionally(e);
                    throw e;
                }
            }
            return Deed.PASS;
        };
        try (ApiProxy proxy = new ApiProxy(hollow, stopper);
                DeployerProcess process =
                        DeployerProcess.start(proxy.kubeconfig(folder.resolve("proxied")), version, strategy, LEASE)) {
            deployer.complete(process);
            int status = process.status();
            if (writes.get() < at) {
                // The one that was counted met a conflict and wrote again; this one did not.
                assertThat(status).as(story + ": exit code").isZero();
                return false;
            }
            steady = meanwhile.join();
            if (recorded.join()) {
                // It was deployed, and the other one may have tidied up what was left to do.
                assertThat(status).as(story + ": exit code").isIn(0, 8);
            } else {
                assertThat(status).as(story + ": exit code").isEqualTo(8);
            }
        }
        shop.assertSteady(steady, story);
        shop.forgetOutages();
        return true;
    }

    private boolean serves(String version) {
        return new Observer(calm)
                .records(Shop.APP).stream()
                        .filter(record -> record.release().spec().image().endsWith(":" + version))
                        .anyMatch(record -> record.status() == ReleaseStatus.DEPLOYED);
    }

    /**
     * Another one takes the lock and deploys; then the late write goes on its way.
     *
     * @return what was deployed
     */
    private String whileItStandsStill(DeployerProcess process) {
        try {
            process.signal("STOP");
            try {
                return deployed(StrategyName.ROLLING);
            } finally {
                process.signal("CONT");
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String deployed(StrategyName strategy) {
        String version = "v" + ++versions;
        assertThat(shop.deploy(calm, version, strategy, LEASE).replicas()).isEqualTo(3);
        return version;
    }
}
