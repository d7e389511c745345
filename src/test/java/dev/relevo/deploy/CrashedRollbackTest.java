package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Workload;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The ways back may die at any write too: the rollback that somebody asked for, and the one that follows a failure. */
class CrashedRollbackTest {
    private static final boolean ALL = Boolean.getBoolean("relevo.crash.all");
    private static final Duration LEASE = Duration.ofSeconds(2);

    /** Why the release before comes back. */
    enum Way {
        ASKED,
        AFTER_FAILURE
    }

    /** What is run after the death. */
    enum Follower {
        DEPLOY,
        ROLLBACK,
        ABORT
    }

    static Stream<Arguments> ways() {
        List<Arguments> all = new ArrayList<>();
        for (Way way : Way.values()) {
            for (StrategyName strategy : StrategyName.values()) {
                all.add(Arguments.of(way, strategy, (way.ordinal() + strategy.ordinal()) % 2 == 0));
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} by {1}, with a route: {2}")
    @MethodSource("ways")
    void aRollbackThatDiesAtAnyWriteLeavesWhatTheNextCommandFinishes(Way way, StrategyName strategy, boolean routed) {
        int writes = new Life(way, strategy, routed).dies(Integer.MAX_VALUE, false);
        for (int at = 1; at <= writes; at++) {
            for (boolean after : new boolean[] {false, true}) {
                for (Follower follower : Follower.values()) {
                    int turn = at + (after ? 1 : 0) + strategy.ordinal();
                    // Over all ways every kind of follower meets every kind of death; all of them at each on request.
                    boolean sampled = after == (at % 2 == 0) && follower.ordinal() == turn % Follower.values().length;
                    if (ALL || sampled) {
                        Life life = new Life(way, strategy, routed);
                        int died = life.dies(at, after);
                        life.follow(
                                follower,
                                StrategyName.values()[turn % StrategyName.values().length],
                                way + " by " + strategy + (routed ? ", routed," : "") + " dies "
                                        + (after ? "after" : "before") + " write " + died + " of " + writes + ", then "
                                        + follower);
                    }
                }
            }
        }
    }

    /** One app's life on a cluster of its own. */
    private static final class Life {
        private final SimulatedCluster cluster = new SimulatedCluster();
        private final Way way;
        private final StrategyName strategy;
        private final boolean routed;

        Life(Way way, StrategyName strategy, boolean routed) {
            this.way = way;
            this.strategy = strategy;
            this.routed = routed;
            deploy(new SimulatedClient(cluster), spec("v1", StrategyName.ROLLING));
            if (way == Way.ASKED) {
                deploy(new SimulatedClient(cluster), spec("v2", StrategyName.ROLLING));
            } else {
                cluster.controllers().breakImage("registry.example/shop:v2");
            }
        }

        /** @return how many writes were made */
        int dies(int at, boolean after) {
            SimulatedClient client = new SimulatedClient(cluster).dyingAt(at, after);
            try {
                if (way == Way.ASKED) {
                    DeployOutcome unused =
                            cluster.deployer(client).rollback(Shop.APP, OptionalInt.empty(), options(strategy));
                } else {
                    deploy(client, spec("v2", strategy));
                }
            } catch (Killed | RelevoException expected) {
                // Dead, or taken back as a broken version is.
            }
            return client.writes().size();
        }

        void follow(Follower follower, StrategyName next, String story) {
            ReleaseSpec end = spec("v3", next);
            if (follower == Follower.ABORT) {
                abort(story);
            } else if (follower == Follower.ROLLBACK) {
                end = rollback(next).orElse(end);
            }
            if (follower != Follower.ROLLBACK || !serves(end)) {
                deploy(new SimulatedClient(cluster), end);
            }
            cluster.pass(Duration.ofSeconds(8));
            Steady.holds(cluster, end, story + " by " + next);
            if (strategy != StrategyName.BIG_BANG && next != StrategyName.BIG_BANG) {
                assertThat(cluster.sightings().outages())
                        .as(story + " by " + next)
                        .isEmpty();
            }
        }

        /** What an abort leaves serves as a whole, whichever release it is. */
        private void abort(String story) {
            try {
                AbortOutcome unused =
                        cluster.deployer(new SimulatedClient(cluster)).abort(Shop.APP, options(strategy));
            } catch (RelevoException over) {
                assertThat(over.problem().code()).as(story).isEqualTo(DeployError.NOTHING_TO_STEER);
            }
            cluster.pass(Duration.ofSeconds(8));
            ReleaseSpec serving = new Observer(new SimulatedClient(cluster))
                    .records(Shop.APP).stream()
                            .filter(record -> record.status() == ReleaseStatus.DEPLOYED)
                            .reduce((earlier, later) -> later)
                            .orElseThrow()
                            .release()
                            .spec();
            assertThat(cluster.sightings().images("shop")).as(story).containsExactly(serving.image());
            assertThat(serves(serving)).as(story).isTrue();
        }

        /** The release that came back; empty when there was none to go back to. */
        private Optional<ReleaseSpec> rollback(StrategyName next) {
            try {
                return Optional.of(cluster.deployer(new SimulatedClient(cluster))
                        .rollback(Shop.APP, OptionalInt.empty(), options(next))
                        .release()
                        .spec());
            } catch (RelevoException nothingEarlier) {
                return Optional.empty();
            }
        }

        private boolean serves(ReleaseSpec spec) {
            return cluster.store()
                    .get(spec.workload())
                    .map(Workload::new)
                    .filter(live -> live.complete() && live.runs(spec))
                    .isPresent();
        }

        private ReleaseSpec spec(String version, StrategyName by) {
            return routed ? Shop.version(version, by, Shop.ROUTE) : Shop.version(version, by);
        }

        private void deploy(SimulatedClient client, ReleaseSpec spec) {
            DeployOutcome unused = cluster.deployer(client).deploy(spec, options(spec.strategy()));
        }

        private static DeployOptions options(StrategyName by) {
            return Shop.options(by, Shop.settings(false), LEASE);
        }
    }
}
