package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relevo.cluster.Kind;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.DeployOutcome;
import dev.relevo.deploy.ReleaseSpec;
import dev.relevo.report.RelevoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Real processes, real traffic: what users of an app notice of its deploys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployIT {
    private static final int PER_SECOND = 200;
    private static final Duration PATIENT = Duration.ofSeconds(60);

    private LocalShop shop;
    private SteadyTraffic traffic;
    private int versions;
    private String serving = "";

    @BeforeAll
    void startWithAFirstVersion(@TempDir Path directory) throws Exception {
        shop = new LocalShop(directory, "shop");
        deployNext(StrategyName.ROLLING);
        traffic = new SteadyTraffic(shop.address(), PER_SECOND);
    }

    @AfterAll
    void stop() {
        traffic.close();
        shop.close();
    }

    /** A walk through all 16 ordered pairs of strategies (an Eulerian cycle), every deploy under traffic. */
    @Test
    void everyStrategyFollowsEveryOtherAndOnlyBigBangIsNoticed() throws Exception {
        StrategyName[] s = {StrategyName.ROLLING, StrategyName.BLUE_GREEN, StrategyName.CANARY, StrategyName.BIG_BANG};
        int[] cycle = {0, 0, 1, 1, 2, 2, 3, 3, 0, 2, 0, 3, 1, 3, 2, 1, 0};
        traffic.seen();
        for (int step : cycle) {
            String before = serving;
            long began = System.nanoTime();
            DeployOutcome outcome = deployNext(s[step]);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            SteadyTraffic.Seen seen = traffic.seen();

            String story = s[step].written() + " from " + before + " to " + serving;
            System.out.printf(
                    "%s: %d ms, %d answers, %d failures%n",
                    story, took.toMillis(), seen.answered(), seen.failures().size());
            assertThat(outcome.replicas()).as(story).isEqualTo(2);
            assertThat(seen.versions()).as(story).contains(serving);
            if (s[step] == StrategyName.BIG_BANG) {
                assertThat(seen.failures()).as(story + " has downtime").isNotEmpty();
            } else {
                assertThat(seen.failures()).as(story).isEmpty();
                assertThat(seen.answered()).as(story).isGreaterThan((int) (took.toMillis() * PER_SECOND / 1000 / 2));
            }
            assertSteady(story);
        }
    }

    static Stream<Arguments> brokenVersions() {
        return Stream.of(
                broken("never ready", StrategyName.ROLLING, "readiness", shop -> bad(shop, "NEVER_READY", "true")),
                broken("never ready", StrategyName.CANARY, "readiness", shop -> bad(shop, "NEVER_READY", "true")),
                broken("exits at start", StrategyName.ROLLING, "exit", shop -> bad(shop, "EXIT", "3")),
                broken("exits at start", StrategyName.BLUE_GREEN, "exit", shop -> bad(shop, "EXIT", "3")),
                broken(
                        "image missing",
                        StrategyName.ROLLING,
                        "image",
                        shop -> (name, strategy) -> shop.version(name, strategy, Map.of(), shop.missingImage(), "")),
                broken(
                        "config missing",
                        StrategyName.ROLLING,
                        "nowhere",
                        shop -> (name, strategy) -> shop.version(
                                name,
                                strategy,
                                Map.of(),
                                shop.missingImage().replaceAll("@.*", ":1"),
                                "envFrom: [{configMapRef: {name: nowhere}}]")),
                broken(
                        "starts too slowly",
                        StrategyName.BLUE_GREEN,
                        "readiness",
                        shop -> bad(shop, "START_DELAY_MS", "60000")));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("brokenVersions")
    void aBrokenVersionIsTakenBackUnnoticedAndTheFirstLineSaysWhy(
            String what, StrategyName strategy, String cause, Function<LocalShop, Broken> broken) throws Exception {
        String name = "broken" + ++versions;
        traffic.seen();
        ReleaseSpec spec = broken.apply(shop).version(name, strategy);
        long began = System.nanoTime();

        RelevoException failure =
                catchThrowableOfType(RelevoException.class, () -> shop.deploy(spec, Duration.ofSeconds(6)));

        SteadyTraffic.Seen seen = traffic.seen();
        System.out.printf(
                "%s, %s: %d ms: %s %s%n",
                what,
                strategy.written(),
                Duration.ofNanos(System.nanoTime() - began).toMillis(),
                failure.problem().summary(),
                failure.problem().details());
        assertThat(failure.problem().code().exit().number()).isEqualTo(7);
        assertThat(failure.problem().summary().toLowerCase(java.util.Locale.ROOT))
                .contains(cause);
        assertThat(seen.failures()).isEmpty();
        assertThat(seen.versions()).containsExactly(serving);
        assertSteady(what);
    }

    @Test
    void theSameAgainChangesNothing() throws Exception {
        ReleaseSpec spec = shop.version("again", StrategyName.ROLLING, Map.of());
        serving = "again";
        int number = shop.deploy(spec, PATIENT).release().number();
        traffic.seen();
        long began = System.nanoTime();

        DeployOutcome outcome = shop.deploy(spec, PATIENT);

        System.out.printf(
                "unchanged: %d ms%n",
                Duration.ofNanos(System.nanoTime() - began).toMillis());
        assertThat(outcome.unchanged()).isTrue();
        assertThat(outcome.release().number()).isEqualTo(number);
        assertThat(traffic.seen().failures()).isEmpty();
    }

    /** A version that does not work. */
    interface Broken {
        ReleaseSpec version(String name, StrategyName strategy);
    }

    private static Arguments broken(
            String what, StrategyName strategy, String cause, Function<LocalShop, Broken> version) {
        return Arguments.of(what, strategy, cause, version);
    }

    private static Broken bad(LocalShop shop, String variable, String value) {
        return (name, strategy) -> shop.version(name, strategy, Map.of(variable, value));
    }

    private DeployOutcome deployNext(StrategyName strategy) {
        serving = "v" + ++versions;
        return shop.deploy(shop.version(serving, strategy, Map.of()), PATIENT);
    }

    private void assertSteady(String story) {
        assertThat(shop.status().steady()).as(story).isTrue();
        assertThat(shop.names(Kind.DEPLOYMENT)).as(story).isEqualTo(List.of("shop"));
        assertThat(shop.names(Kind.SERVICE)).as(story).isEqualTo(List.of("shop"));
    }
}
