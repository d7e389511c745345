package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.execute.FailureFinder;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Json;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.Workload;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a user of a whole deploy sees. */
class DeployServiceTest {
    private final SimulatedCluster cluster = new SimulatedCluster();
    private final SimulatedClient client = new SimulatedClient(cluster);
    private FailureFinder failures = (deployment, replicaSets, pods) -> Optional.empty();

    @Test
    void theFirstReleaseIsNumberOneAndServes() {
        DeployOutcome outcome = deploy("v1", StrategyName.ROLLING);

        assertThat(outcome.release().number()).isEqualTo(1);
        assertThat(outcome.unchanged()).isFalse();
        assertThat(outcome.replicas()).isEqualTo(3);
        AppStatus status = service().status(Shop.APP).orElseThrow();
        assertThat(status.steady()).isTrue();
        assertThat(status.endpoints()).containsEntry("shop", 3);
        assertThat(status.lockedBy()).isEmpty();
    }

    @Test
    void deployingTheSameAgainChangesNothingAndMakesNoNewRelease() {
        deploy("v1", StrategyName.ROLLING);

        DeployOutcome again = deploy("v1", StrategyName.BLUE_GREEN);

        assertThat(again.unchanged()).isTrue();
        assertThat(again.release().number()).isEqualTo(1);
    }

    @Test
    void theSameReleaseIsMadeGoodWhenSomebodyChangedTheCluster() {
        deploy("v1", StrategyName.ROLLING);
        ObjectRef ref = new ObjectRef(Kind.DEPLOYMENT, "dev", "shop");
        cluster.store().merge(ref, Json.object().set("spec", Json.object().put("replicas", 1)));
        cluster.pass(Duration.ofSeconds(10));

        DeployOutcome again = deploy("v1", StrategyName.ROLLING);

        assertThat(again.unchanged()).isFalse();
        assertThat(again.replicas()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void aVersionThatNeverGetsReadyIsRolledBackAndTheFirstLineSaysWhy(StrategyName strategy) {
        deploy("v1", StrategyName.ROLLING);
        cluster.controllers().breakImage("registry.example/shop:v2");

        RelevoException failure = failing(() -> deploy("v2", strategy));

        assertThat(failure.problem().code().exit().number()).isEqualTo(7);
        assertThat(failure.problem().summary()).startsWith("Waited 30 s without progress until Deployment/shop");
        assertThat(failure.problem().details()).contains("Release 2 was rolled back; release 1 serves");
        assertServes("v1", 1);
        assertThat(statuses()).containsExactly("1 deployed", "2 rolled-back");
        if (strategy != StrategyName.BIG_BANG) {
            assertThat(cluster.sightings().outages()).isEmpty();
        }
        assertThat(cluster.store().get(new ObjectRef(Kind.CONFIG_MAP, "dev", "shop-config-v2")))
                .as("what only the failed release brought is gone")
                .isEmpty();
    }

    @Test
    void whatSomebodyElseMadeIsNeverDeletedNeitherByARollbackNorByALaterRelease() {
        ObjectRef extra = new ObjectRef(Kind.CONFIG_MAP, "dev", "shop-extra");
        deploy("v1", StrategyName.ROLLING);
        cluster.store().create(Shop.object(Shop.EXTRA_CONFIG));
        cluster.controllers().breakImage("registry.example/shop:v2");

        failing(() ->
                service().deploy(Shop.version("v2", StrategyName.ROLLING, Shop.EXTRA_CONFIG), Shop.options(false)));
        assertThat(cluster.store().get(extra)).as("after the rollback").isPresent();

        service().deploy(Shop.version("v3", StrategyName.ROLLING, Shop.EXTRA_CONFIG), Shop.options(false));
        service().deploy(Shop.version("v4", StrategyName.ROLLING, Shop.EXTRA_CONFIG), Shop.options(false));
        deploy("v5", StrategyName.ROLLING);
        assertThat(cluster.store().get(extra)).as("after a release without it").isPresent();
        assertThat(cluster.store().get(new ObjectRef(Kind.CONFIG_MAP, "dev", "shop-config-v2")))
                .as("what the failed release itself brought")
                .isEmpty();
    }

    @Test
    void aServiceThatCameByBlueGreenGoesWithTheReleaseThatHasItNoMore() {
        ObjectRef internal = new ObjectRef(Kind.SERVICE, "dev", "shop-internal");
        String manifest = """
                apiVersion: v1
                kind: Service
                metadata: {name: shop-internal, namespace: dev}
                spec: {selector: {app: shop}, ports: [{name: http, port: 80, targetPort: http}]}
                """;
        deploy("v1", StrategyName.ROLLING);
        service().deploy(Shop.version("v2", StrategyName.BLUE_GREEN, manifest), Shop.options(false));
        assertThat(cluster.store().get(internal)).isPresent();

        deploy("v3", StrategyName.ROLLING);

        assertThat(cluster.store().get(internal)).isEmpty();
    }

    @Test
    void whatCannotHealEndsTheWaitAtOnceWithItsCause() {
        deploy("v1", StrategyName.ROLLING);
        cluster.controllers().breakImage("registry.example/shop:v2");
        failures = (deployment, replicaSets, pods) ->
                deployment.at("/spec/template").toString().contains("shop:v2")
                        ? Optional.of(new FailureFinder.Suspicion(
                                Problem.of(DeployError.ROLLOUT_FAILED, "Container [app] exits with 3: no database")
                                        .remedy("Start the database"),
                                true))
                        : Optional.empty();
        Duration began = cluster.pace().elapsed();

        RelevoException failure = failing(() -> deploy("v2", StrategyName.BLUE_GREEN));

        assertThat(failure.problem().summary()).isEqualTo("Container [app] exits with 3: no database");
        assertThat(failure.problem().remedy()).contains("Start the database");
        assertThat(cluster.pace().elapsed().minus(began)).isLessThan(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @EnumSource(
            value = StrategyName.class,
            names = {"BLUE_GREEN", "CANARY"})
    void aCandidateThatAnswersBadlyNeverGetsTheTraffic(StrategyName strategy) {
        deploy("v1", StrategyName.ROLLING);
        cluster.answerBadly("registry.example/shop:v2");

        RelevoException failure = failing(() -> deploy("v2", strategy));

        assertThat(failure.problem().summary()).isEqualTo("Smoke check failed: GET / answered 500; expected 200: bad");
        assertServes("v1", 1);
        assertThat(cluster.sightings().mixtures()).isEmpty();
    }

    @Test
    void aFirstReleaseThatFailsHasNothingToGoBackToAndStaysToBeLookedAt() {
        cluster.controllers().breakImage("registry.example/shop:v1");

        RelevoException failure = failing(() -> deploy("v1", StrategyName.ROLLING));

        assertThat(failure.problem().code().exit().number()).isEqualTo(8);
        assertThat(failure.problem().details()).first().asString().contains("no earlier release");
        assertThat(cluster.store().get(new ObjectRef(Kind.DEPLOYMENT, "dev", "shop")))
                .isPresent();
        assertThat(statuses()).containsExactly("1 failed");
    }

    @Test
    void anObjectThatTheClusterRefusesIsNamedAndTheReleaseTakenBack() {
        deploy("v1", StrategyName.ROLLING);
        SimulatedClient refusing = client;
        ReleaseSpec spec = Shop.of("v2", StrategyName.ROLLING, 3, "app: shop", Shop.EXTRA_CONFIG);
        cluster.store().refuse("ConfigMap/shop-extra in dev", "exceeded quota: config");

        RelevoException failure = failing(() -> service(refusing).deploy(spec, Shop.options(true)));

        assertThat(failure.problem().code().exit().number()).isEqualTo(7);
        assertThat(failure.problem().summary()).contains("exceeded quota: config");
        assertThat(failure.problem().details()).contains("While: Apply ConfigMap/shop-extra");
        assertServes("v1", 1);
    }

    @Test
    void anObjectThatTheReleaseHasNoMoreIsDeletedAndOneThatCameInBetweenUnderItsNameIsNot() {
        service().deploy(Shop.version("v1", StrategyName.ROLLING, Shop.EXTRA_CONFIG), Shop.options(true));
        ObjectRef extra = new ObjectRef(Kind.CONFIG_MAP, "dev", "shop-extra");
        assertThat(cluster.store().get(extra)).isPresent();

        deploy("v2", StrategyName.ROLLING);
        assertThat(cluster.store().get(extra)).isEmpty();

        service().deploy(Shop.version("v3", StrategyName.ROLLING, Shop.EXTRA_CONFIG), Shop.options(true));
        cluster.store().remove(extra);
        cluster.store().create(Shop.object(Shop.EXTRA_CONFIG));
        deploy("v4", StrategyName.ROLLING);
        assertThat(cluster.store().get(extra)).as("somebody else's object").isPresent();
    }

    @Test
    void historyIsBoundedAndConfigurationStaysAsLongAsARememberedReleaseNeedsIt() {
        for (int i = 1; i <= 5; i++) {
            deploy("v" + i, StrategyName.ROLLING);
        }

        assertThat(statuses()).containsExactly("3 superseded", "4 superseded", "5 deployed");
        assertThat(cluster.store().list(Kind.CONFIG_MAP, "dev", Map.of()))
                .extracting(KubeObject::name)
                .containsExactly("shop-config-v3", "shop-config-v4", "shop-config-v5");
    }

    @Test
    void rollbackBringsTheReleaseBeforeBackAsAWhole() {
        service().deploy(Shop.version("v1", StrategyName.ROLLING, Shop.EXTRA_CONFIG), Shop.options(true));
        deploy("v2", StrategyName.ROLLING);

        DeployOutcome outcome = service().rollback(Shop.APP, OptionalInt.empty(), Shop.options(true));

        assertThat(outcome.release().number()).isEqualTo(3);
        assertServes("v1", 3);
        assertThat(cluster.store().get(new ObjectRef(Kind.CONFIG_MAP, "dev", "shop-extra")))
                .isPresent();
    }

    @Test
    void rollbackToAReleaseThatIsNotKnownNamesThoseThatAre() {
        deploy("v1", StrategyName.ROLLING);

        RelevoException failure = failing(() -> service().rollback(Shop.APP, OptionalInt.of(7), Shop.options(true)));

        assertThat(failure.problem().summary()).isEqualTo("There is no release 7 of [shop] in [dev]");
        assertThat(failure.problem().details()).containsExactly("Known: 1 (deployed)");
    }

    @Test
    void whatAnAutoscalerSetIsLeftAlone() {
        service().deploy(Shop.version("v1", StrategyName.ROLLING, Shop.SCALER), Shop.options(true));
        cluster.scaleLikeAnAutoscaler("shop", 6);
        cluster.pass(Duration.ofSeconds(20));
        for (StrategyName strategy : List.of(StrategyName.ROLLING, StrategyName.BLUE_GREEN, StrategyName.CANARY)) {
            DeployOutcome outcome = service()
                    .deploy(Shop.version("v-" + strategy.written(), strategy, Shop.SCALER), Shop.options(true));

            assertThat(outcome.replicas()).as(strategy.written()).isEqualTo(6);
        }
    }

    @Test
    void anInterruptedDeployWithdrawsItsCandidateAndSaysSo() {
        deploy("v1", StrategyName.ROLLING);
        cluster.onEveryStep(() -> {
            if (cluster.store()
                    .get(new ObjectRef(Kind.DEPLOYMENT, "dev", "shop-candidate"))
                    .filter(live -> new Workload(live).available() > 0)
                    .isPresent()) {
                interruptOnce();
            }
        });

        RelevoException failure = failing(() -> deploy("v2", StrategyName.BLUE_GREEN));

        assertThat(failure.problem().summary()).isEqualTo("The deploy of release 2 was stopped from outside");
        assertThat(failure.problem().details()).contains("The candidate was withdrawn; release 1 serves");
        assertServes("v1", 1);
    }

    @Test
    void anInterruptedRollingDeployIsLeftWhereItIsAndTheNextOneFinishesIt() {
        deploy("v1", StrategyName.ROLLING);
        cluster.onEveryStep(() -> {
            if (cluster.sightings().images("shop").size() > 1) {
                interruptOnce();
            }
        });

        RelevoException failure = failing(() -> deploy("v2", StrategyName.ROLLING));

        assertThat(failure.problem().code()).isEqualTo(DeployError.INTERRUPTED);
        assertThat(failure.problem().details()).first().asString().contains("have all the traffic");
        deploy("v2", StrategyName.ROLLING);
        assertServes("v2", 3);
    }

    @Test
    void anInterruptedDeployThatIsToLeaveEverythingTouchesNothingMore() {
        deploy("v1", StrategyName.ROLLING);
        List<Integer> writes = new ArrayList<>();
        cluster.onEveryStep(() -> {
            if (writes.isEmpty()
                    && cluster.store()
                            .get(new ObjectRef(Kind.DEPLOYMENT, "dev", "shop-candidate"))
                            .filter(live -> new Workload(live).available() > 0)
                            .isPresent()) {
                writes.add(changesToObjects());
                interruptOnce();
            }
        });
        DeployOptions plain = Shop.options(true);
        DeployOptions leave = new DeployOptions(
                plain.strategy(),
                plain.settings(),
                true,
                true,
                plain.timeout(),
                plain.lockWait(),
                plain.lease(),
                DeployConfig.OnInterrupt.LEAVE,
                Optional.empty(),
                plain.ticket());

        RelevoException failure = failing(() -> service().deploy(Shop.version("v2", StrategyName.BLUE_GREEN), leave));

        assertThat(failure.problem().code()).isEqualTo(DeployError.INTERRUPTED);
        assertThat(failure.problem().details())
                .first()
                .asString()
                .startsWith("Everything was left as it is, which is safe: 3 of 3 pods of Deployment/shop");
        assertThat(changesToObjects()).isEqualTo(writes.get(0));
        assertThat(service().abort(Shop.APP, Shop.options(true)).by()).isEqualTo(AbortOutcome.Hand.THE_ASKER);
        assertServes("v1", 1);
    }

    private int changesToObjects() {
        return (int) client.writes().stream()
                .filter(write -> !write.contains("Lease/"))
                .count();
    }

    @Test
    void aDeploymentInTheWayOfTheCandidateIsNotTakenOver() {
        deploy("v1", StrategyName.ROLLING);
        cluster.store().create(Shop.object("""
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: shop-candidate, namespace: dev}
                        spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}}}
                        """));

        assertThatThrownBy(() -> deploy("v2", StrategyName.BLUE_GREEN)).hasMessageContaining("in the way");
        assertThat(cluster.store().get(new ObjectRef(Kind.DEPLOYMENT, "dev", "shop-candidate")))
                .isPresent();
    }

    @Test
    void anObjectThatIsStillBeingDeletedIsWaitedForAndMadeAnew() {
        deploy("v1", StrategyName.ROLLING);
        KubeObject configuration =
                Shop.version("v2", StrategyName.ROLLING).manifests().get(0);
        KubeObject going = cluster.store()
                .update(cluster.store()
                        .create(configuration)
                        .with(tree -> ((ObjectNode) tree.path("metadata"))
                                .put("deletionTimestamp", "2026-01-01T00:00:00Z")
                                .putArray("finalizers")
                                .add("example.com/slow")));
        Duration gone = cluster.pace().elapsed().plus(Duration.ofSeconds(4));
        cluster.onEveryStep(() -> {
            boolean there = cluster.store()
                    .get(going.ref())
                    .filter(live -> live.uid().equals(going.uid()))
                    .isPresent();
            if (there && cluster.pace().elapsed().compareTo(gone) >= 0) {
                cluster.store().remove(going.ref());
            }
        });

        deploy("v2", StrategyName.ROLLING);

        assertServes("v2", 2);
        assertThat(cluster.store().get(configuration.ref()))
                .hasValueSatisfying(made -> assertThat(made.deleting()).isFalse());
    }

    private boolean interrupted;

    private void interruptOnce() {
        if (!interrupted) {
            interrupted = true;
            Thread.currentThread().interrupt();
        }
    }

    private static RelevoException failing(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
        return catchThrowableOfType(RelevoException.class, work);
    }

    private DeployOutcome deploy(String version, StrategyName strategy) {
        return service().deploy(Shop.version(version, strategy), Shop.options(true));
    }

    private DeployService service() {
        return service(client);
    }

    private DeployService service(SimulatedClient through) {
        return new DeployService(through, EventSink.none(), cluster.pace(), cluster.reach(), failures, "test");
    }

    private List<String> statuses() {
        return service().history(Shop.APP).stream()
                .map(record -> record.number() + " " + record.status().word())
                .toList();
    }

    private void assertServes(String version, int release) {
        cluster.pass(Duration.ofSeconds(8));
        AppStatus status = service().status(Shop.APP).orElseThrow();
        assertThat(status.steady()).isTrue();
        assertThat(status.deployed().orElseThrow().number()).isEqualTo(release);
        assertThat(cluster.sightings().images("shop")).containsExactly("registry.example/shop:" + version);
        assertThat(cluster.store().list(Kind.DEPLOYMENT, "dev", Map.of())).hasSize(1);
    }
}
