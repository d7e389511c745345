package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.relevo.cluster.Kind;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.DeployOutcome;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.RelevoException;
import dev.relevo.soak.Soak;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real processes, real traffic: what users of an app notice of its deploys. Everything is done by an identity that may do what
 * {@code relevo rbac} prints, and nothing else.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DeploySuite {
    private static final int PER_SECOND = Integer.getInteger("relevo.soak.rate", 200);
    private static final Duration PATIENT = Duration.ofSeconds(60);

    private Site site;
    private Shop shop;
    private SteadyTraffic traffic;
    private int versions;
    private String serving = "";

    /** The cluster to deploy to. */
    abstract Site site(Path folder) throws Exception;

    @BeforeAll
    void startWithAFirstVersion(@TempDir Path folder) throws Exception {
        site = site(folder);
        shop = new Shop(site, folder, "suite");
        deployNext(StrategyName.ROLLING);
        traffic = new SteadyTraffic(shop.address(), PER_SECOND);
    }

    @AfterAll
    void stop() {
        if (traffic != null) {
            traffic.close();
        }
        if (shop != null) {
            shop.close();
        }
    }

    /** A walk through all 16 ordered pairs of strategies (an Eulerian cycle), every deploy under traffic. */
    @Test
    void everyStrategyFollowsEveryOtherAndOnlyBigBangIsNoticed() throws Exception {
        StrategyName[] s = {StrategyName.ROLLING, StrategyName.BLUE_GREEN, StrategyName.CANARY, StrategyName.BIG_BANG};
        int[] cycle = {0, 0, 1, 1, 2, 2, 3, 3, 0, 2, 0, 3, 1, 3, 2, 1, 0};
        traffic.seenUntilOnly(serving);
        for (int step : cycle) {
            String before = serving;
            long began = System.nanoTime();
            DeployOutcome outcome = deployNext(s[step]);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            SteadyTraffic.Seen seen = traffic.seenUntilOnly(serving);

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

    /** As long as bench/soak says; in the build the walk above is enough. */
    @Test
    void deploysInAnyOrderAreNotNoticed() throws Exception {
        int count = Soak.count(0);
        assumeTrue(count > 0, "bench/soak traffic says how many");
        StrategyName[] s = {StrategyName.ROLLING, StrategyName.BLUE_GREEN, StrategyName.CANARY};
        Random random = new Random(Soak.seeds(1).findFirst().orElseThrow());
        long began = System.nanoTime();
        int answered = 0;
        traffic.seenUntilOnly(serving);
        for (int i = 1; i <= count; i++) {
            StrategyName strategy = s[random.nextInt(s.length)];
            DeployOutcome outcome = deployNext(strategy);
            SteadyTraffic.Seen seen = traffic.seenUntilOnly(serving);
            answered += seen.answered();
            String story = "deploy " + i + " by " + strategy.written();
            assertThat(outcome.replicas()).as(story).isEqualTo(2);
            assertThat(seen.failures()).as(story).isEmpty();
            assertSteady(story);
            if (i % 50 == 0 || i == count) {
                Soak.figure(
                        "traffic",
                        "%d of %d deploys under %d requests/s, %d answers, 0 failed, in %d s",
                        i,
                        count,
                        PER_SECOND,
                        answered,
                        Duration.ofNanos(System.nanoTime() - began).toSeconds());
            }
        }
    }

    static Stream<Arguments> brokenVersions() {
        return Stream.of(
                broken("never ready", StrategyName.ROLLING, "readiness", bad("NEVER_READY", "true")),
                broken("never ready", StrategyName.CANARY, "readiness", bad("NEVER_READY", "true")),
                broken("exits at start", StrategyName.ROLLING, "exit", bad("EXIT", "3")),
                broken("exits at start", StrategyName.BLUE_GREEN, "exit", bad("EXIT", "3")),
                broken("exits at start", StrategyName.CANARY, "exit", bad("EXIT", "3")),
                broken("exits at start", StrategyName.BIG_BANG, "exit", bad("EXIT", "3")),
                broken("image missing", StrategyName.ROLLING, "image", Shop::withoutImage),
                broken("image missing", StrategyName.CANARY, "image", Shop::withoutImage),
                broken("secret missing", StrategyName.ROLLING, "nowhere", Shop::withoutSecret),
                broken("secret missing", StrategyName.BIG_BANG, "nowhere", Shop::withoutSecret),
                broken("starts too slowly", StrategyName.BLUE_GREEN, "startup", bad("START_DELAY_MS", "120000")),
                broken("answers wrongly", StrategyName.BLUE_GREEN, "503", bad("FRONT_PAGE", "503")));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("brokenVersions")
    void aBrokenVersionIsTakenBackUnnoticedAndTheFirstLineSaysWhy(
            String what, StrategyName strategy, String cause, Broken broken) throws Exception {
        String name = "broken" + ++versions;
        traffic.seenUntilOnly(serving);
        ReleaseSpec spec = broken.version(shop, name, strategy);
        long began = System.nanoTime();

        RelevoException failure =
                catchThrowableOfType(RelevoException.class, () -> shop.deploy(spec, site.shortPatience()));

        long took = Duration.ofNanos(System.nanoTime() - began).toMillis();
        SteadyTraffic.Seen seen = traffic.seenUntilOnly(serving);
        System.out.printf(
                "%s, %s: %d ms, %d answers, %d failures: %s %s%n",
                what,
                strategy.written(),
                took,
                seen.answered(),
                seen.failures().size(),
                failure.problem().summary(),
                failure.problem().details());
        assertThat(failure.problem().code().exit().number()).isEqualTo(7);
        assertThat(failure.problem().summary().toLowerCase(Locale.ROOT)).contains(cause);
        if (strategy != StrategyName.BIG_BANG) {
            assertThat(seen.failures()).isEmpty();
        }
        assertThat(seen.versions()).containsExactly(serving);
        assertSteady(what);
    }

    @Test
    void theSameAgainChangesNothing() throws Exception {
        ReleaseSpec spec = shop.version("again", StrategyName.ROLLING, Map.of());
        traffic.seenUntilOnly(serving);
        serving = "again";
        int number = shop.deploy(spec, PATIENT).release().number();
        assertThat(traffic.seenUntilOnly(serving).failures()).isEmpty();
        long began = System.nanoTime();

        DeployOutcome outcome = shop.deploy(spec, PATIENT);

        System.out.printf(
                "unchanged: %d ms%n",
                Duration.ofNanos(System.nanoTime() - began).toMillis());
        assertThat(outcome.unchanged()).isTrue();
        assertThat(outcome.release().number()).isEqualTo(number);
        assertThat(traffic.seen().failures()).isEmpty();
    }

    @Test
    void anEarlierReleaseComesBackUnnoticed() throws Exception {
        deployNext(StrategyName.ROLLING);
        String earlier = serving;
        deployNext(StrategyName.BLUE_GREEN);
        traffic.seenUntilOnly(serving);
        serving = earlier;

        DeployOutcome outcome = shop.rollback(StrategyName.BLUE_GREEN, PATIENT);

        SteadyTraffic.Seen seen = traffic.seenUntilOnly(earlier);
        assertThat(outcome.replicas()).isEqualTo(2);
        assertThat(seen.failures()).isEmpty();
        assertSteady("rollback");
        assertThat(shop.history()).endsWith("superseded", "superseded", "deployed");
    }

    /** A version that does not work. */
    interface Broken {
        ReleaseSpec version(Shop shop, String name, StrategyName strategy);
    }

    private static Arguments broken(String what, StrategyName strategy, String cause, Broken version) {
        return Arguments.of(what, strategy, cause, version);
    }

    private static Broken bad(String variable, String value) {
        return (shop, name, strategy) -> shop.version(name, strategy, Map.of(variable, value));
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
