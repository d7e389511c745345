package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.soak.Soak;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The deployer may die at any write of any strategy: whoever comes next converges, and users notice nothing. */
class CrashTest {
    private static final boolean ALL = Boolean.getBoolean("relevo.crash.all");

    private final SimulatedCluster cluster = new SimulatedCluster();

    static Stream<Arguments> transitions() {
        List<Arguments> all = new ArrayList<>();
        for (StrategyName dying : StrategyName.values()) {
            for (StrategyName next : StrategyName.values()) {
                for (boolean routed : new boolean[] {false, true}) {
                    all.add(Arguments.of(dying, next, routed));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} dies, {1} follows, with a route: {2}")
    @MethodSource("transitions")
    void aDeployerThatDiesAtAnyWriteLeavesWhatTheNextOneFinishes(
            StrategyName dying, StrategyName next, boolean routed) {
        int writes = writesOf(dying, routed);
        List<String> followers = List.of("v2", "v3", "v1");
        for (int at = 1; at <= writes; at++) {
            for (boolean after : new boolean[] {false, true}) {
                // Over all transitions every kind of follower meets every kind of death; all of them at each on
                // request.
                int turn = at + (after ? 1 : 0) + dying.ordinal() + next.ordinal();
                for (String follower : ALL ? followers : List.of(followers.get(turn % 3))) {
                    String story = dying + " v1 -> v2 dies " + (after ? "after" : "before") + " write " + at + ", then "
                            + next + " to " + follower + (routed ? " with a route" : "");
                    // A short lease lets the next one come while the cluster is still at work.
                    Duration lease = Duration.ofSeconds(turn % 2 == 0 ? 1 : 15);
                    new Life(dying, next, routed, lease, turn % 4 > 1)
                            .dies(at, after)
                            .then(follower, story + ", lease " + lease);
                }
            }
        }
    }

    private int writesOf(StrategyName dying, boolean routed) {
        SimulatedCluster fresh = new SimulatedCluster();
        deploy(new SimulatedClient(fresh), fresh, spec("v1", StrategyName.ROLLING, routed));
        SimulatedClient client = new SimulatedClient(fresh);
        deploy(client, fresh, spec("v2", dying, routed));
        return client.writes().size();
    }

    /** One app's life on a cluster of its own. */
    private static final class Life {
        private final SimulatedCluster cluster = new SimulatedCluster();
        private final StrategyName dying;
        private final StrategyName next;
        private final boolean routed;
        private final Duration lease;
        private final boolean slow;

        Life(StrategyName dying, StrategyName next, boolean routed, Duration lease, boolean slow) {
            this.dying = dying;
            this.next = next;
            this.routed = routed;
            this.lease = lease;
            this.slow = slow;
            deploy(new SimulatedClient(cluster), cluster, spec("v1", StrategyName.ROLLING, routed));
        }

        Life dies(int at, boolean after) {
            try {
                deploy(
                        new SimulatedClient(cluster).slow(slow).dyingAt(at, after),
                        cluster,
                        spec("v2", dying, routed),
                        lease);
            } catch (Killed expected) {
                // Time goes on without the deployer when the next one waits for its lock.
            }
            return this;
        }

        void then(String version, String story) {
            ReleaseSpec spec = spec(version, next, routed);
            deploy(new SimulatedClient(cluster).slow(slow), cluster, spec, lease);
            cluster.pass(Duration.ofSeconds(8));
            Steady.holds(cluster, spec, story);
            if (dying != StrategyName.BIG_BANG && next != StrategyName.BIG_BANG) {
                assertThat(cluster.sightings().outages()).as(story).isEmpty();
            }
            if (dying == StrategyName.BLUE_GREEN && next == StrategyName.BLUE_GREEN) {
                assertThat(cluster.sightings().mixtures()).as(story).isEmpty();
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void longHistoriesOfDeploysCrashesAndFailuresEndInTheSteadyState(long seed) {
        Random random = new Random(seed);
        boolean routed = random.nextBoolean();
        deploy(new SimulatedClient(cluster), cluster, spec("v0", StrategyName.ROLLING, routed));
        boolean bigBang = false;
        for (int i = 1; i <= 12; i++) {
            StrategyName strategy = StrategyName.values()[random.nextInt(4)];
            bigBang |= strategy == StrategyName.BIG_BANG;
            String version = random.nextInt(3) == 0 ? "v0" : "v" + random.nextInt(5);
            boolean broken = random.nextInt(4) == 0 && !version.equals("v0");
            String image = "registry.example/shop:" + version;
            if (broken) {
                cluster.controllers().breakImage(image);
            }
            SimulatedClient client = new SimulatedClient(cluster).dyingAt(1 + random.nextInt(60), random.nextBoolean());
            try {
                deploy(client, cluster, spec(version, strategy, routed), Duration.ofSeconds(1 + random.nextInt(4)));
            } catch (Killed | dev.relevo.report.RelevoException expected) {
                // Both are part of such a life.
            }
            cluster.controllers().repairImage(image);
            cluster.pass(Duration.ofSeconds(random.nextInt(20)));
        }
        StrategyName last = StrategyName.values()[random.nextInt(4)];
        ReleaseSpec end = spec("v9", last, routed);
        deploy(new SimulatedClient(cluster), cluster, end);
        cluster.pass(Duration.ofSeconds(8));
        Steady.holds(cluster, end, "seed " + seed);
        if (!bigBang && last != StrategyName.BIG_BANG) {
            assertThat(cluster.sightings().outages()).as("seed " + seed).isEmpty();
        }
    }

    static Stream<Long> seeds() {
        return Soak.seeds(40).boxed();
    }

    private static ReleaseSpec spec(String version, StrategyName strategy, boolean routed) {
        return routed ? Shop.version(version, strategy, Shop.ROUTE) : Shop.version(version, strategy);
    }

    private static DeployOutcome deploy(SimulatedClient client, SimulatedCluster cluster, ReleaseSpec spec) {
        return deploy(client, cluster, spec, DeployOptions.LEASE);
    }

    private static DeployOutcome deploy(
            SimulatedClient client, SimulatedCluster cluster, ReleaseSpec spec, Duration lease) {
        DeployService service = cluster.deployer(client);
        return service.deploy(spec, Shop.options(true, lease));
    }
}
