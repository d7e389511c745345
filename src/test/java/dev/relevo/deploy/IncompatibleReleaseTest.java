package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.SchemaChange;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.lock.Ask;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Json;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseCodec;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.strategy.WayBack;
import dev.relevo.report.Event;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A release that cannot share time or data with the one before it. */
class IncompatibleReleaseTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final List<Event> events = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(
            value = StrategyName.class,
            names = {"ROLLING", "BLUE_GREEN", "CANARY"})
    void itIsRefusedWhereBothVersionsWouldRun(StrategyName strategy) {
        deploy(Shop.version("v1", StrategyName.ROLLING));
        String before = contents();

        Problem problem = failing(() -> deploy(incompatible("v2", strategy)));

        assertThat(problem.code()).isEqualTo(DeployError.INCOMPATIBLE);
        assertThat(problem.code().exit().number()).isEqualTo(10);
        assertThat(problem.summary())
                .isEqualTo("The release is declared incompatible with the one before it, and with " + strategy.written()
                        + " both would run at the same time");
        assertThat(problem.remedy().orElseThrow()).contains("--strategy big-bang");
        assertThat(contents()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void theFirstReleaseHasNothingBesideIt(StrategyName strategy) {
        deploy(incompatible("v1", strategy));

        assertServes("v1");
    }

    @Test
    void theDeclarationIsRecordedAndStaysWhatItWas() {
        deploy(Shop.version("v1", StrategyName.ROLLING));
        deploy(incompatible("v2", StrategyName.BIG_BANG));
        deploy(Shop.version("v2", StrategyName.ROLLING));

        assertThat(history()).containsExactly("1 superseded compatible", "2 deployed incompatible");
        assertThat(events)
                .contains(new Event.Info(
                        "Release 2 was recorded as incompatible; what a release has declared never changes"));
    }

    @Test
    void aRecordFromBeforeThereWereDeclarationsIsCompatible() throws IOException {
        Release written = new Release(1, NOW, incompatible("v1", StrategyName.BIG_BANG));
        byte[] old = without("schema", ReleaseCodec.encode(written));

        assertThat(ReleaseCodec.decodeRelease(ReleaseCodec.encode(written))
                        .spec()
                        .schema())
                .isEqualTo(SchemaChange.INCOMPATIBLE);
        assertThat(ReleaseCodec.decodeRelease(old).spec().schema()).isEqualTo(SchemaChange.COMPATIBLE);
    }

    @Test
    void onceItMayHaveRunAFailureIsNotTakenBackByItself() {
        deploy(Shop.version("v1", StrategyName.ROLLING));
        cluster.controllers().breakImage("registry.example/shop:v2");

        Problem problem = failing(() -> deploy(incompatible("v2", StrategyName.BIG_BANG)));

        assertThat(problem.code().exit().number()).isEqualTo(8);
        assertThat(problem.summary()).startsWith("Waited 30 s without progress until Deployment/shop");
        assertThat(problem.details())
                .containsSubsequence(
                        "Release 2 is declared incompatible with the one before it and may have changed the data, so release 1"
                                + " was not brought back",
                        "Everything was left as it is, which is safe: 0 of 3 pods of Deployment/shop in dev are available and"
                                + " have all the traffic");
        assertThat(history()).containsExactly("1 deployed compatible", "2 failed incompatible");
        assertThat(images()).containsExactly("registry.example/shop:v2");
    }

    @Test
    void beforeItMayHaveRunAFailureIsTakenBackAsAlways() {
        deploy(Shop.version("v1", StrategyName.ROLLING));
        cluster.store().refuse("ConfigMap/shop-extra in dev", "exceeded quota: config");

        Problem problem = failing(() -> deploy(
                Shop.version("v2", StrategyName.BIG_BANG, Shop.EXTRA_CONFIG).withSchema(SchemaChange.INCOMPATIBLE)));

        assertThat(problem.code().exit().number()).isEqualTo(7);
        assertServes("v1");
    }

    @Test
    void aJobAmongItsManifestsRunsSomethingOfItToo() {
        deploy(Shop.version("v1", StrategyName.ROLLING));
        cluster.store().refuse("Deployment/shop in dev", "no more");
        ReleaseSpec migrating = Shop.version("v2", StrategyName.BIG_BANG, """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: migrate, namespace: dev}
                spec: {template: {spec: {containers: [{name: migrate, image: registry.example/migrate}]}}}
                """).withSchema(SchemaChange.INCOMPATIBLE);

        assertThat(failing(() -> deploy(migrating)).code().exit().number()).isEqualTo(8);
    }

    @Test
    void aCompatibleReleaseThatFollowsItsFailureLeadsNotBackBehindItEither() {
        deploy(Shop.version("v1", StrategyName.ROLLING));
        cluster.controllers().breakImage("registry.example/shop:v2");
        failing(() -> deploy(incompatible("v2", StrategyName.BIG_BANG)));
        cluster.controllers().breakImage("registry.example/shop:v3");

        Problem problem = failing(() -> deploy(Shop.version("v3", StrategyName.ROLLING)));

        assertThat(problem.code().exit().number()).isEqualTo(8);
        assertThat(problem.details()).first().asString().startsWith("Release 2 is declared incompatible");
    }

    @Test
    void goingBackAcrossItNeedsSomebodyWhoSaysSoAndGoesByBigBang() {
        deploy(Shop.version("v1", StrategyName.ROLLING));
        deploy(incompatible("v2", StrategyName.BIG_BANG));

        Problem refused = failing(() -> rollback(OptionalInt.empty(), false));
        assertThat(refused.code()).isEqualTo(DeployError.INCOMPATIBLE);
        assertThat(refused.summary())
                .isEqualTo(
                        "Going back to release 1, and release 2, which came after it, is declared incompatible with what"
                                + " was before: it may have changed the data");
        assertThat(refused.remedy().orElseThrow()).contains("relevo rollback --to 1 --across-incompatible");

        rollback(OptionalInt.empty(), true);
        assertServes("v1");
        assertThat(history()).endsWith("3 deployed incompatible");
        assertThat(strategies()).endsWith("big-bang");
        assertThat(failing(() -> rollback(OptionalInt.of(2), false)).code()).isEqualTo(DeployError.INCOMPATIBLE);
    }

    @Test
    void goingBackToItIsNothingSpecial() {
        deploy(Shop.version("v1", StrategyName.ROLLING));
        deploy(incompatible("v2", StrategyName.BIG_BANG));
        deploy(Shop.version("v3", StrategyName.ROLLING));

        rollback(OptionalInt.empty(), false);

        assertServes("v2");
        assertThat(history()).endsWith("4 deployed compatible");
        assertThat(strategies()).endsWith("rolling");
    }

    @Test
    void theWayBackFromItsFailureIsTheReleaseThatServedBefore() {
        deploy(Shop.version("v0", StrategyName.ROLLING));
        deploy(Shop.version("v1", StrategyName.ROLLING));
        cluster.controllers().breakImage("registry.example/shop:v2");
        failing(() -> deploy(incompatible("v2", StrategyName.BIG_BANG)));

        assertThat(failing(() -> rollback(OptionalInt.empty(), false)).summary())
                .startsWith("Going back to release 2, and release 3");
        rollback(OptionalInt.empty(), true);

        assertServes("v1");
    }

    @Test
    void deployingAnEarlierVersionAnewIsGoingBackToo() {
        deploy(Shop.version("v1", StrategyName.ROLLING));
        deploy(incompatible("v2", StrategyName.BIG_BANG));

        Problem problem = failing(() -> deploy(Shop.version("v1", StrategyName.ROLLING)));

        assertThat(problem.code()).isEqualTo(DeployError.INCOMPATIBLE);
        assertThat(problem.summary()).startsWith("This is release 1 again, and release 2");
    }

    @Test
    void anAbortLeavesItWhereItIs() {
        deploy(Shop.version("v1", StrategyName.ROLLING));
        cluster.controllers().breakImage("registry.example/shop:v2");
        boolean[] asked = {false};
        cluster.onEveryStep(() -> {
            if (!asked[0] && images().contains("registry.example/shop:v2")) {
                asked[0] = true;
                service("ann").ask(Shop.APP, Ask.Wish.ABORT, Duration.ZERO);
            }
        });

        Problem problem = failing(() -> deploy(incompatible("v2", StrategyName.BIG_BANG)));

        assertThat(problem.code().exit().number()).isEqualTo(8);
        assertThat(problem.summary()).startsWith("The deploy was aborted by ann");
        assertThat(images()).containsExactly("registry.example/shop:v2");
    }

    @Test
    void anAbortOfADeadDeployIsRefusedAndChangesNothing() {
        deploy(Shop.version("v1", StrategyName.ROLLING));
        SimulatedClient counted = new SimulatedClient(cluster);
        cluster.controllers().breakImage("registry.example/shop:v2");
        failing(() ->
                service(counted, "counted").deploy(incompatible("v2", StrategyName.BIG_BANG), Shop.options(true)));
        int started = counted.writes().indexOf("apply Deployment/shop in dev") + 1;
        IncompatibleReleaseTest other = new IncompatibleReleaseTest();
        other.deploy(Shop.version("v1", StrategyName.ROLLING));
        SimulatedClient mortal = new SimulatedClient(other.cluster).dyingAt(started, true);
        try {
            other.service(mortal, "mortal").deploy(incompatible("v2", StrategyName.BIG_BANG), Shop.options(true));
        } catch (Killed expected) {
            // What it left is what this is about.
        }

        Problem problem = failing(() -> other.service("ann").abort(Shop.APP, Shop.options(true)));

        assertThat(problem.code()).isEqualTo(DeployError.INCOMPATIBLE);
        other.deploy(incompatible("v2", StrategyName.BIG_BANG));
        other.assertServes("v2");
    }

    /**
     * Deploys, crashes, failures, aborts and rollbacks in any order: pods of an earlier era of the data never run beside or
     * after those of a later one.
     */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void noHistoryLeadsBackByItself(long seed) {
        Random random = new Random(seed);
        int[] latest = {1};
        List<String> wrong = new ArrayList<>();
        cluster.onEveryStep(() -> {
            Set<Integer> eras =
                    images().stream().map(IncompatibleReleaseTest::era).collect(Collectors.toSet());
            if (eras.size() > 1 || eras.stream().anyMatch(era -> era < latest[0])) {
                wrong.add(images() + " after era " + latest[0]);
            }
            eras.forEach(era -> latest[0] = Math.max(latest[0], era));
        });
        deploy(Shop.version("e1-0", StrategyName.ROLLING));
        for (int i = 1; i <= 14; i++) {
            boolean further = random.nextInt(3) == 0;
            String version = "e" + (latest[0] + (further ? 1 : 0)) + "-" + i;
            if (random.nextInt(4) == 0) {
                cluster.controllers().breakImage("registry.example/shop:" + version);
            }
            ReleaseSpec spec = further
                    ? incompatible(version, StrategyName.BIG_BANG)
                    : Shop.version(version, StrategyName.values()[random.nextInt(4)]);
            List<ReleaseRecord> known = service("somebody").history(Shop.APP);
            ReleaseSpec chosen = random.nextInt(4) > 0
                    ? spec
                    : known.get(random.nextInt(known.size())).release().spec().withSchema(SchemaChange.COMPATIBLE);
            SimulatedClient client = random.nextInt(3) == 0
                    ? new SimulatedClient(cluster).dyingAt(1 + random.nextInt(30), random.nextBoolean())
                    : new SimulatedClient(cluster);
            try {
                switch (random.nextInt(5)) {
                    case 0 -> service(client, "back-" + i).rollback(Shop.APP, OptionalInt.empty(), Shop.options(true));
                    case 1 -> service(client, "abort-" + i).abort(Shop.APP, Shop.options(true));
                    default -> service(client, "deploy-" + i).deploy(chosen, Shop.options(true));
                }
            } catch (Killed | RelevoException expected) {
                // Both are part of such a life.
            }
            cluster.pass(Duration.ofSeconds(5 + random.nextInt(15)));
        }

        deploy(incompatible("e" + (latest[0] + 1) + "-end", StrategyName.BIG_BANG));
        cluster.pass(Duration.ofSeconds(8));

        assertThat(wrong).as("seed " + seed).isEmpty();
        assertThat(images()).singleElement().asString().endsWith("-end");
    }

    static Stream<Long> seeds() {
        return Stream.iterate(1L, seed -> seed + 1).limit(Long.getLong("relevo.seeds", 15));
    }

    private static int era(String image) {
        return Integer.parseInt(image.replaceFirst(".*:e(\\d+)-.*", "$1"));
    }

    private static byte[] without(String key, byte[] encoded) throws IOException {
        ObjectNode tree =
                (ObjectNode) Json.parse(new GZIPInputStream(new ByteArrayInputStream(encoded)).readAllBytes());
        tree.remove(key);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(Json.bytes(tree));
        }
        return out.toByteArray();
    }

    private static ReleaseSpec incompatible(String version, StrategyName strategy) {
        return Shop.version(version, strategy).withSchema(SchemaChange.INCOMPATIBLE);
    }

    private void deploy(ReleaseSpec spec) {
        service("deployer").deploy(spec, Shop.options(true));
    }

    private void rollback(OptionalInt to, boolean across) {
        service("deployer").rollback(Shop.APP, new WayBack(to, across), Shop.options(true));
    }

    private static Problem failing(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        return catchThrowableOfType(RelevoException.class, work).problem();
    }

    private void assertServes(String version) {
        cluster.pass(Duration.ofSeconds(8));
        assertThat(service("deployer").status(Shop.APP).orElseThrow().steady()).isTrue();
        assertThat(cluster.sightings().images("shop")).containsExactly("registry.example/shop:" + version);
    }

    /** What runs, as long as its process does. */
    private Set<String> images() {
        Set<String> images = new TreeSet<>();
        cluster.store().list(Kind.POD, "dev", Map.of()).forEach(pod -> images.add(SimulatedControllers.image(pod)));
        return images;
    }

    private List<String> history() {
        return service("deployer").history(Shop.APP).stream()
                .map(record -> record.number() + " " + record.status().word() + " "
                        + record.release().spec().schema().written())
                .toList();
    }

    private List<String> strategies() {
        return service("deployer").history(Shop.APP).stream()
                .map(record -> record.release().spec().strategy().written())
                .toList();
    }

    private String contents() {
        return cluster.store().all().stream()
                .filter(object -> !object.kind().equals(Kind.LEASE))
                .map(KubeObject::tree)
                .toList()
                .toString();
    }

    private DeployService service(String holder) {
        return service(new SimulatedClient(cluster), holder);
    }

    private DeployService service(SimulatedClient client, String holder) {
        return new DeployService(
                client,
                events::add,
                cluster.pace(),
                cluster.reach(),
                (deployment, replicaSets, pods) -> Optional.empty(),
                holder);
    }
}
