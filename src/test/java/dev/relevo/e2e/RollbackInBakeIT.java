package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.DeployOutcome;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.RelevoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody goes back while another process keeps the old version warm. */
@Tag("any-cluster")
class RollbackInBakeIT {
    @Test
    @Timeout(120)
    void theDeployThatBakesSwitchesBackAtOnceAndNobodyNotices(@TempDir Path directory) throws Exception {
        try (Shop shop = new Shop(Site.here(directory), directory, "baking")) {
            shop.deploy(shop.version("v1", StrategyName.ROLLING, Map.of()), Duration.ofSeconds(60));
            ReleaseSpec next = shop.version("v2", StrategyName.BLUE_GREEN, Map.of());
            try (SteadyTraffic traffic = new SteadyTraffic(shop.address(), 200)) {
                // On a thread of its own: a deploy that waits for long must not hold up the pool that answers come
                // through.
                CompletableFuture<RelevoException> deploy = CompletableFuture.supplyAsync(
                        () -> catchThrowableOfType(
                                RelevoException.class, () -> shop.service().deploy(next, shop.baking("10m"))),
                        task -> new Thread(task, "deploy").start());
                SteadyTraffic.Seen switched = traffic.seenUntilOnly("v2");

                DeployOutcome outcome = shop.rollback(StrategyName.BLUE_GREEN, Duration.ofSeconds(60));

                SteadyTraffic.Seen back = traffic.seenUntilOnly("v1");
                assertThat(switched.failures()).isEmpty();
                assertThat(back.failures()).isEmpty();
                assertThat(outcome.release().number()).isEqualTo(1);
                assertThat(deploy.get().problem().code().exit().number()).isEqualTo(7);
                assertThat(deploy.get().problem().summary()).startsWith("The deploy was aborted by ");
                assertThat(shop.status().steady()).isTrue();
                assertThat(shop.names(Kind.DEPLOYMENT)).isEqualTo(List.of("shop"));
                assertThat(shop.history()).containsExactly("deployed", "rolled-back");
            }
        }
    }
}
