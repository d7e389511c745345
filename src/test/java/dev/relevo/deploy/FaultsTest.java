package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.Faults.Fault;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Workload;
import dev.relevo.report.RelevoException;
import dev.relevo.soak.Soak;
import dev.relevo.verify.HttpAsk;
import dev.relevo.verify.HttpReply;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Deploys over a connection on which everything goes wrong that can: no success is claimed that is none, nothing hangs, no
 * release is lost, and once the connection is good again one deploy puts everything right.
 */
class FaultsTest {
    private static final int DEPLOYS_OF_A_LIFE = 4;
    private static final Duration LONGEST = Duration.ofMinutes(45);

    private final Map<Fault, Integer> met = new EnumMap<>(Fault.class);
    private int deploys;
    private int successes;
    private int rolledBack;

    @Test
    void whateverGoesWrongOnTheWayToTheClusterNothingIsClaimedHangsOrIsLost() {
        long began = System.nanoTime();
        Soak.seeds(40).forEach(seed -> new Life(seed).live());
        Soak.figure(
                "faults",
                "%d deploys, %d successes, %d rolled back, 0 false successes, 0 hangs, 0 lost releases; faults %s; %d s",
                deploys,
                successes,
                rolledBack,
                met,
                Duration.ofNanos(System.nanoTime() - began).toSeconds());
        assertThat(met).as("every kind of fault was met").hasSize(Fault.values().length - 1);
    }

    /** One app's life on a cluster of its own. */
    private final class Life {
        private final SimulatedCluster cluster = new SimulatedCluster();
        private final Random random;
        private final Faults faults;
        private final boolean routed;
        private final String story;
        private final Map<Integer, String> contents = new HashMap<>();
        private ReleaseSpec serving;
        private boolean downtime;

        Life(long seed) {
            random = new Random(seed);
            routed = random.nextBoolean();
            faults = new Faults(cluster, random, 0.01 + 0.12 * random.nextDouble());
            story = Soak.replay("faults", seed);
            serving = spec("v0", StrategyName.ROLLING);
            DeployOutcome first = cluster.deployer(new SimulatedClient(cluster), cluster.reach())
                    .deploy(serving, Shop.options(true));
            assertThat(first.unchanged()).isFalse();
        }

        void live() {
            for (int i = 1; i <= DEPLOYS_OF_A_LIFE; i++) {
                step(i);
            }
            faults.end();
            cluster.pass(Duration.ofSeconds(20));
            ReleaseSpec last = spec("v9", StrategyName.ROLLING);
            DeployOutcome end = cluster.deployer(new SimulatedClient(cluster), cluster.reach())
                    .deploy(last, Shop.options(true));
            cluster.pass(Duration.ofSeconds(8));
            assertThat(end.replicas()).as(story).isEqualTo(3);
            Steady.holds(cluster, last, story + ", the last deploy");
            faults.met().forEach((fault, times) -> met.merge(fault, times, Integer::sum));
        }

        private void step(int number) {
            StrategyName strategy = StrategyName.values()[random.nextInt(4)];
            boolean back = random.nextInt(4) == 0;
            String version = back ? "v0" : "v" + number;
            ReleaseSpec wanted = spec(version, strategy);
            boolean broken = random.nextInt(5) == 0 && !runsSomewhere(wanted.image());
            if (broken) {
                cluster.controllers().breakImage(wanted.image());
            }
            downtime |= strategy == StrategyName.BIG_BANG;
            String told = story + ", deploy " + number + " of " + version + " by " + strategy
                    + (broken ? ", broken" : "") + (routed ? ", routed" : "");
            ReleaseSpec before = serving;
            TreeSet<String> known = new TreeSet<>(cluster.sightings().images("shop"));
            known.addAll(List.of(before.image(), wanted.image()));
            Duration began = cluster.pace().elapsed();
            deploys++;
            try {
                FaultyClient client = new FaultyClient(new SimulatedClient(cluster), cluster, faults);
                DeployOutcome outcome = cluster.deployer(client, this::reach).deploy(wanted, Shop.options(true));
                successes++;
                serving = wanted;
                assertThat(broken)
                        .as(told + ": a broken version cannot succeed")
                        .isFalse();
                assertServes(outcome, told);
            } catch (RelevoException failure) {
                failed(failure, before, wanted, known, told + ", failed with " + failure.problem());
            } catch (ClusterRefusal refusal) {
                throw new AssertionError(told + ": a refusal that nobody handled", refusal);
            }
            assertThat(cluster.pace().elapsed().minus(began))
                    .as(told + ": how long it took")
                    .isLessThan(LONGEST);
            cluster.controllers().repairImage(wanted.image());
            assertHistory(told);
            if (!downtime) {
                assertThat(cluster.sightings().outages()).as(told).isEmpty();
            }
            cluster.pass(Duration.ofSeconds(random.nextInt(25)));
        }

        /** What was claimed is so at this very moment. */
        private void assertServes(DeployOutcome outcome, String told) {
            Workload workload =
                    new Workload(cluster.store().get(serving.workload()).orElseThrow());
            assertThat(workload.runs(serving)).as(told + ": runs it").isTrue();
            assertThat(workload.complete()).as(told + ": complete").isTrue();
            assertThat(outcome.replicas()).as(told).isEqualTo(3);
            assertThat(cluster.sightings().images("shop"))
                    .as(told + ": who answers")
                    .containsExactly(serving.image());
            assertThat(deployed().orElseThrow().release().spec().sameContent(serving))
                    .as(told + ": recorded")
                    .isTrue();
        }

        private void failed(
                RelevoException failure, ReleaseSpec before, ReleaseSpec wanted, TreeSet<String> known, String told) {
            int exit = failure.problem().code().exit().number();
            if (exit == 7) {
                rolledBack++;
                cluster.pass(Duration.ofSeconds(8));
                assertThat(cluster.sightings().images("shop")).as(told).containsExactly(before.image());
                return;
            }
            if (!downtime) {
                assertThat(cluster.sightings().images("shop")).as(told).isNotEmpty();
            }
            assertThat(known).as(told).containsAll(cluster.sightings().images("shop"));
            serving = deployed()
                    .orElseThrow(() -> new AssertionError(told + ": no release serves any more: "
                            + records().stream()
                                    .map(record -> record.number() + " " + record.status())
                                    .toList()))
                    .release()
                    .spec();
            assertThat(List.of(before.image(), wanted.image())).as(told).contains(serving.image());
        }

        private Optional<ReleaseRecord> deployed() {
            return records().stream()
                    .filter(record -> record.status() == ReleaseStatus.DEPLOYED)
                    .reduce((earlier, later) -> later);
        }

        private List<ReleaseRecord> records() {
            return new Observer(new SimulatedClient(cluster)).records(Shop.APP);
        }

        /** Every release that is remembered says what it always said. */
        private void assertHistory(String told) {
            for (ReleaseRecord record : records()) {
                String now = record.release().spec().contentHash();
                String then = contents.putIfAbsent(record.number(), now);
                assertThat(then == null ? now : then)
                        .as(told + ": release " + record.number())
                        .isEqualTo(now);
            }
            assertThat(deployed())
                    .as(told + ": a release that serves is recorded")
                    .isPresent();
        }

        private boolean runsSomewhere(String image) {
            return cluster.store().all().stream()
                    .anyMatch(object -> object.tree().toString().contains(image));
        }

        private HttpReply reach(KubeObject target, HttpAsk ask) throws IOException, InterruptedException {
            if (faults.ofCall(false) != Fault.NONE) {
                throw new IOException("connection reset");
            }
            return cluster.reach().send(target, ask);
        }

        private ReleaseSpec spec(String version, StrategyName strategy) {
            return routed ? Shop.version(version, strategy, Shop.ROUTE) : Shop.version(version, strategy);
        }
    }
}
