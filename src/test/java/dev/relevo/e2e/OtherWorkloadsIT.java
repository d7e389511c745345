package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.DeployOutcome;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** StatefulSets and DaemonSets are rolled in their place, and come back when the new version does not. */
@Timeout(180)
@Tag("any-cluster")
class OtherWorkloadsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    static List<Arguments> kinds() {
        return List.of(Arguments.of(Kind.STATEFUL_SET, 2), Arguments.of(Kind.DAEMON_SET, 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void isRolledWithoutAFailedRequestAndComesBackWhenTheNewVersionExits(Kind kind, int pods) throws Exception {
        try (Shop shop = new Shop(Site.here(folder), folder, "others", Shop.Design.USUAL.of(kind))) {
            DeployOutcome first = deploy(shop, "v1", StrategyName.ROLLING, Map.of());
            assertThat(first.replicas()).isEqualTo(pods);
            try (SteadyTraffic users = new SteadyTraffic(shop.address(), 50)) {
                DeployOutcome second = deploy(shop, "v2", StrategyName.ROLLING, Map.of());
                assertThat(second.replicas()).isEqualTo(pods);
                assertThat(versions(users.seenUntilOnly("v2"))).containsExactly("v1", "v2");

                Problem problem = refused(shop, "v3", StrategyName.ROLLING, Map.of("EXIT", "3"));

                assertThat(problem.code().exit().number()).isEqualTo(7);
                assertThat(problem.summary()).contains("exits with code 3", "no connection to the database");
                assertThat(versions(users.seen())).containsExactly("v2");
            }
            assertThat(shop.status().steady()).isTrue();
            assertThat(shop.history()).containsExactly("superseded", "deployed", "rolled-back");

            DeployOutcome big = deploy(shop, "v4", StrategyName.BIG_BANG, Map.of());

            assertThat(big.replicas()).isEqualTo(pods);
            assertThat(shop.names(kind)).containsExactly("shop");
            assertThat(shop.names(Kind.DEPLOYMENT)).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void isNotHandedOverByWhatNeedsASecondOne(Kind kind, int pods) throws Exception {
        try (Shop shop = new Shop(Site.here(folder), folder, "others", Shop.Design.USUAL.of(kind))) {
            for (StrategyName strategy : List.of(StrategyName.CANARY, StrategyName.BLUE_GREEN)) {
                Problem problem = refused(shop, "v1", strategy, Map.of());

                assertThat(problem.code().exit().number()).isEqualTo(10);
                assertThat(problem.summary())
                        .startsWith(kind.name() + "/shop in " + shop.namespace() + " cannot be handed over by "
                                + strategy.written());
                assertThat(problem.remedy().orElseThrow()).contains("--strategy rolling or big-bang");
            }
            assertThat(shop.names(Kind.SECRET)).isEmpty();
        }
    }

    private static Set<String> versions(SteadyTraffic.Seen seen) {
        assertThat(seen.failures()).isEmpty();
        return seen.versions();
    }

    private static DeployOutcome deploy(
            Shop shop, String version, StrategyName strategy, Map<String, String> variables) {
        return shop.deploy(shop.version(version, strategy, variables), PATIENCE);
    }

    private static Problem refused(Shop shop, String version, StrategyName strategy, Map<String, String> variables) {
        return catchThrowableOfType(RelevoException.class, () -> deploy(shop, version, strategy, variables))
                .problem();
    }
}
