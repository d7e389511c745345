package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.OnInterrupt;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.lock.Lock;
import dev.relevo.deploy.lock.Ticket;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Job that stays in the cluster while a deploy runs, and what the engine does in it. */
class WatchdogTest {
    private static final String IMAGE = "registry.example/relevo:1";

    private final SimulatedCluster cluster = new SimulatedCluster();

    @Test
    void aDeployHasItsWatchdogFromTheLockToTheEnd() {
        deploy("v1", StrategyName.ROLLING);
        TreeSet<String> seen = new TreeSet<>();
        cluster.onEveryStep(() -> jobs().forEach(job -> seen.add(job.name())));

        deploy("v2", StrategyName.BLUE_GREEN);

        assertThat(seen).containsExactly("shop-watchdog-2");
        assertThat(jobs()).isEmpty();
    }

    @Test
    void itsJobRunsTheEngineForThisDeployOnly() {
        dies("v1", StrategyName.ROLLING, 6);

        assertThat(jobs()).singleElement().satisfies(job -> {
            assertThat(job.at("/spec/template/spec/serviceAccountName").asText())
                    .isEqualTo("relevo-shop-watchdog");
            assertThat(job.at("/spec/template/spec/containers/0/image").asText())
                    .isEqualTo(IMAGE);
            assertThat(job.at("/spec/template/spec/containers/0/args"))
                    .extracting(word -> word.asText())
                    .containsExactly(
                            "watchdog",
                            "--app",
                            "shop",
                            "--namespace",
                            "dev",
                            "--epoch",
                            "1",
                            "--history",
                            "3",
                            "--timeout",
                            "30s");
        });
    }

    @Test
    void itsPodIsLetIntoNamespacesForRestrictedPods() {
        dies("v1", StrategyName.ROLLING, 6);

        JsonNode pod = jobs().get(0).at("/spec/template/spec");
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        JsonNode container = pod.at("/containers/0/securityContext");
        assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    }

    @Test
    void thatNobodyWatchedADeployIsToldWhenTheNamespaceLetsItsPodNotIn() {
        List<String> warnings = new ArrayList<>();
        cluster.onEveryStep(() -> jobs().stream()
                .filter(job -> cluster.store().list(Kind.EVENT, "dev", Map.of()).isEmpty())
                .forEach(job -> cluster.store().create(deniedBy("restricted:latest", job))));

        DeployOutcome unused = service(new SimulatedClient(cluster), event -> {
                    if (event instanceof Event.Warning warning) {
                        warnings.add(warning.text());
                    }
                })
                .deploy(Shop.version("v1", StrategyName.ROLLING, Shop.ROUTE), options(Duration.ofMinutes(2)));

        assertThat(warnings)
                .contains("No watchdog was with this deploy: Pods are denied by the pod security level"
                        + " [restricted:latest]: runAsNonRoot != true");
        assertThat(jobs()).isEmpty();
    }

    private static KubeObject deniedBy(String level, KubeObject job) {
        return KubeObject.named(new ObjectRef(Kind.EVENT, "dev", "denied")).with(tree -> {
            tree.put("reason", "FailedCreate")
                    .put("message", "Error creating: violates PodSecurity \"" + level + "\": runAsNonRoot != true");
            tree.putObject("involvedObject")
                    .put("kind", "Job")
                    .put("name", job.name())
                    .put("uid", job.uid());
        });
    }

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void whatADeadDeployLeftIsTakenBackWhereverItDied(StrategyName strategy) {
        int writes = writesOf(strategy);
        for (int at = 3; at <= writes; at++) {
            WatchdogTest life = new WatchdogTest();
            life.deploy("v1", StrategyName.ROLLING);
            life.dies("v2", strategy, at);
            Duration began = life.cluster.pace().elapsed();

            Optional<AbortOutcome> outcome = life.watchdog().watch(Shop.APP, 2, options(Duration.ofDays(1)));

            String story = strategy + " dies at write " + at + ": " + outcome.map(AbortOutcome::sentence);
            assertThat(life.cluster.pace().elapsed().minus(began)).as(story).isLessThan(Duration.ofMinutes(2));
            life.cluster.pass(Duration.ofSeconds(8));
            AppStatus status = life.watchdog().status(Shop.APP).orElseThrow();
            assertThat(status.steady()).as(story).isTrue();
            assertThat(life.cluster.sightings().images("shop"))
                    .as(story)
                    .containsExactly("registry.example/shop:v"
                            + status.deployed().orElseThrow().number());
            if (strategy != StrategyName.BIG_BANG) {
                assertThat(life.cluster.sightings().outages()).as(story).isEmpty();
            }
        }
    }

    @Test
    void whatADeployLeftOnPurposeStays() {
        deploy("v1", StrategyName.ROLLING);
        cluster.answerBadly("registry.example/shop:v2");
        DeployOptions plain = options(Duration.ofMinutes(2));
        DeployOptions stays = new DeployOptions(
                plain.strategy(),
                plain.settings(),
                false,
                true,
                plain.timeout(),
                plain.lockWait(),
                plain.lease(),
                OnInterrupt.LEAVE,
                plain.watchdog(),
                plain.ticket());
        assertThatThrownBy(() -> service(new SimulatedClient(cluster))
                        .deploy(Shop.version("v2", StrategyName.BLUE_GREEN), stays))
                .isInstanceOf(RelevoException.class);

        assertThat(watchdog().watch(Shop.APP, 2, plain)).isEmpty();

        assertThat(watchdog().status(Shop.APP).orElseThrow().candidate()).isPresent();
    }

    @Test
    void aLaterHolderIsNoneOfItsBusiness() throws Exception {
        deploy("v1", StrategyName.ROLLING);
        Lock later = Lock.acquire(
                new SimulatedClient(cluster),
                new Lock.Request(
                        "shop", "dev", "later", DeployOptions.LEASE, Duration.ZERO, Optional.of(Ticket.OF_A_DEPLOY)),
                cluster.pace(),
                EventSink.none());

        assertThat(watchdog().watch(Shop.APP, 1, options(Duration.ofDays(1)))).isEmpty();

        later.check();
    }

    private int writesOf(StrategyName strategy) {
        WatchdogTest fresh = new WatchdogTest();
        fresh.deploy("v1", StrategyName.ROLLING);
        SimulatedClient client = new SimulatedClient(fresh.cluster);
        fresh.service(client).deploy(Shop.version("v2", strategy, Shop.ROUTE), options(Duration.ofMinutes(2)));
        return client.writes().size();
    }

    private void dies(String version, StrategyName strategy, int at) {
        SimulatedClient mortal = new SimulatedClient(cluster).dyingAt(at, at % 2 == 0);
        assertThatThrownBy(() -> service(mortal)
                        .deploy(Shop.version(version, strategy, Shop.ROUTE), options(Duration.ofMinutes(2))))
                .isInstanceOf(Killed.class);
    }

    private void deploy(String version, StrategyName strategy) {
        DeployOutcome unused = service(new SimulatedClient(cluster))
                .deploy(Shop.version(version, strategy, Shop.ROUTE), options(Duration.ofMinutes(2)));
    }

    private List<KubeObject> jobs() {
        return cluster.store().list(Kind.JOB, "dev", Map.of());
    }

    private static DeployOptions options(Duration lockWait) {
        DeployOptions plain = Shop.options(true);
        return new DeployOptions(
                plain.strategy(),
                plain.settings(),
                true,
                true,
                plain.timeout(),
                lockWait,
                plain.lease(),
                OnInterrupt.WITHDRAW,
                Optional.of(IMAGE),
                plain.ticket());
    }

    private DeployService watchdog() {
        return service(new SimulatedClient(cluster));
    }

    private DeployService service(SimulatedClient client) {
        return service(client, EventSink.none());
    }

    private DeployService service(SimulatedClient client, EventSink events) {
        return new DeployService(
                client,
                events,
                cluster.pace(),
                cluster.reach(),
                (deployment, replicaSets, pods) -> Optional.empty(),
                "somebody-" + System.identityHashCode(client));
    }
}
