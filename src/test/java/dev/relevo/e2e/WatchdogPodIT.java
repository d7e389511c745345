package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.relevo.cluster.Cluster.Watching;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the local environment, whose pods have no account's token, cannot show. */
@Tag("any-cluster")
@Timeout(240)
class WatchdogPodIT {
    @TempDir
    Path folder;

    private Site site;

    @BeforeEach
    void onlyOnAGivenCluster() {
        Optional<Site> given = Site.given(System.getenv());
        assumeTrue(given.isPresent(), "no cluster is given");
        site = given.orElseThrow();
    }

    @Test
    void theWatchdogsPodTakesBackWhatAKilledDeployLeft() throws Exception {
        Shop.Design design = Shop.Design.USUAL.deployed("""
                strategy: canary
                watchdog: {image: "%s"}
                canary: {steps: [{weight: 50, duration: 0s, awaitPromotion: 2m}]}
                """.formatted(EngineImage.push(site, folder)));
        try (Shop shop = new Shop(site, folder, "watched", design)) {
            shop.pushedFor(shop.project());
            shop.deploy(shop.version("v1", StrategyName.ROLLING, Map.of()), Duration.ofSeconds(60));
            CompletableFuture<KubeObject> ended = new CompletableFuture<>();
            try (SteadyTraffic users = new SteadyTraffic(shop.address(), 50);
                    Watching unused = shop.cluster()
                            .watch(
                                    Kind.JOB,
                                    shop.namespace(),
                                    Map.of(),
                                    jobs -> jobs.values().stream()
                                            .filter(job ->
                                                    job.at("/status/succeeded").asInt()
                                                                    + job.at("/status/failed")
                                                                            .asInt()
                                                            > 0)
                                            .forEach(ended::complete));
                    RelevoProcess killed = RelevoProcess.start(
                            shop.project(), Map.of(), "deploy", "-e", "here", "--set", "service.env.VERSION=v2")) {
                killed.says(line -> line.contains("Waiting to be promoted"));
                killed.close();

                KubeObject job = ended.get(3, TimeUnit.MINUTES);

                assertThat(job.at("/status/succeeded").asInt())
                        .as(job.tree().toString())
                        .isEqualTo(1);
                assertThat(users.seen().failures()).isEmpty();
            }
            assertThat(shop.status().steady()).isTrue();
            assertThat(shop.history()).containsExactly("deployed", "rolled-back");
            assertThat(shop.names(Kind.DEPLOYMENT)).containsExactly("shop");
        }
    }
}
