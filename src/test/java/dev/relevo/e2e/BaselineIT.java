package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.DeployOutcome;
import dev.relevo.report.RelevoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A canary beside pods of the old version that are as young as its own, under requests that all of them count. */
@Tag("any-cluster")
class BaselineIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Whatever fails may pass, if the old version fails as often. */
    private static final String NO_WORSE =
            "{metrics: {path: /prometheus, maxErrorRate: 1.0, maxAboveBaseline: 0.01, minRequests: 20}}";

    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void whatFailsMoreOftenThanTheOldVersionIsTakenBackAndWhatFailsAsOftenPasses() throws Exception {
        Shop.Design design = Shop.Design.USUAL
                .verified(NO_WORSE)
                .deployed("canary: {baseline: true, steps: [{weight: 20, duration: 1s}]}");
        try (Shop shop = new Shop(Site.here(folder), folder, "compared", design)) {
            deploy(shop, "v1", StrategyName.ROLLING, "200");
            try (SteadyTraffic users = new SteadyTraffic(shop.address() + "/users", 200)) {
                RelevoException failure = catchThrowableOfType(
                        RelevoException.class, () -> deploy(shop, "worse", StrategyName.CANARY, "500"));

                assertThat(failure.problem().summary())
                        .matches("The candidate fails more often than the old version: (\\d+) of \\1 requests failed"
                                + " \\(100\\.00 %\\); the baseline: 0 of \\d+ requests failed \\(0\\.00 %\\);"
                                + " at most 1\\.0 points more are allowed");
                assertThat(failure.problem().code().exit().number()).isEqualTo(7);
                assertThat(users.seen().failures()).allMatch("500 worse"::equals);
                assertOnlyTheAppIsLeft(shop);

                deploy(shop, "as bad", StrategyName.ROLLING, "500");
                users.seen();

                DeployOutcome promoted = deploy(shop, "no worse", StrategyName.CANARY, "500");

                assertThat(promoted.replicas()).isEqualTo(2);
                assertThat(users.seen().failures())
                        .contains("500 as bad", "500 no worse")
                        .allMatch(failed -> failed.startsWith("500 "));
                assertOnlyTheAppIsLeft(shop);
            }
        }
    }

    private static DeployOutcome deploy(Shop shop, String version, StrategyName strategy, String status) {
        return shop.deploy(shop.version(version, strategy, Map.of("STATUS", status)), PATIENCE);
    }

    private static void assertOnlyTheAppIsLeft(Shop shop) {
        assertThat(shop.status().steady()).isTrue();
        assertThat(shop.names(Kind.DEPLOYMENT)).isEqualTo(List.of("shop"));
        assertThat(shop.names(Kind.SERVICE)).isEqualTo(List.of("shop"));
    }
}
