package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.SimulatedClient.Life;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.ReleaseSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever deploys a group may die at any write: whoever comes next converges, and users notice nothing. */
class GroupCrashTest {
    private static final boolean ALL = Boolean.getBoolean("relevo.crash.all");
    private static final DeployOptions OPTIONS = Shop.options(true);

    /** Who comes after it. */
    private enum Next {
        /** The same group again. */
        SAME {
            @Override
            String follow(TwoClusters clusters, StrategyName strategy, String... extras) {
                List<DeployOutcome> unused = clusters.group("v2", strategy, OPTIONS, new Life(), extras)
                        .deploy();
                return "v2";
            }
        },
        /** The group with another version. */
        ANOTHER {
            @Override
            String follow(TwoClusters clusters, StrategyName strategy, String... extras) {
                List<DeployOutcome> unused = clusters.group("v3", strategy, OPTIONS, new Life(), extras)
                        .deploy();
                return "v3";
            }
        },
        /** Somebody who takes each member back on its own. */
        ABORT {
            @Override
            String follow(TwoClusters clusters, StrategyName strategy, String... extras) {
                boolean recorded = clusters.all().stream()
                        .anyMatch(cluster -> clusters.service(cluster, new Life()).history(Shop.APP).stream()
                                .anyMatch(record -> record.number() == 2
                                        && record.status().word().equals("deployed")));
                if (recorded) {
                    // All of them serve the new version by then.
                    return SAME.follow(clusters, strategy, extras);
                }
                for (SimulatedCluster cluster : clusters.all()) {
                    AbortOutcome unused = clusters.service(cluster, new Life()).abort(Shop.APP, OPTIONS);
                }
                return "v1";
            }
        },
        /** Somebody who deploys each member on its own. */
        ALONE {
            @Override
            String follow(TwoClusters clusters, StrategyName strategy, String... extras) {
                for (SimulatedCluster cluster : clusters.all()) {
                    DeployOutcome unused = clusters.service(cluster, new Life())
                            .deploy(Shop.version("v4", StrategyName.ROLLING, extras), OPTIONS);
                }
                return "v4";
            }
        };

        abstract String follow(TwoClusters clusters, StrategyName strategy, String... extras);
    }

    @ParameterizedTest(name = "{0}, with a route: {1}")
    @CsvSource({"BLUE_GREEN,false", "CANARY,true"})
    void aGroupThatDiesAtAnyWriteLeavesWhatTheNextOneFinishes(StrategyName strategy, boolean routed) {
        String[] extras = routed ? new String[] {Shop.ROUTE} : new String[0];
        Life whole = new Life();
        List<DeployOutcome> unused = new TwoClusters()
                .serving("v1", extras)
                .group("v2", strategy, OPTIONS, whole, extras)
                .deploy();
        for (int at = 1; at <= whole.writes().size(); at += ALL || strategy == StrategyName.BLUE_GREEN ? 1 : 3) {
            for (boolean after : new boolean[] {false, true}) {
                // Over all writes every kind of follower meets every kind of death; every write is met from both sides
                // on request.
                if (!ALL && after != (at % 2 == 0)) {
                    continue;
                }
                Next next = Next.values()[(at / 2 + (after ? 2 : 0)) % Next.values().length];
                String story = strategy + " dies " + (after ? "after" : "before") + " write " + at + " ("
                        + whole.writes().get(at - 1) + "), then " + next;
                dies(strategy, at, after, next, story, extras);
            }
        }
    }

    private static void dies(StrategyName strategy, int at, boolean after, Next next, String story, String... extras) {
        TwoClusters clusters = new TwoClusters().serving("v1", extras);
        try {
            List<DeployOutcome> unused = clusters.group("v2", strategy, OPTIONS, new Life().dyingAt(at, after), extras)
                    .deploy();
        } catch (Killed expected) {
            // Time goes on without it when the next one waits for its locks.
        }
        String version = next.follow(clusters, strategy, extras);
        clusters.pass(Duration.ofSeconds(8));
        ReleaseSpec spec = Shop.version(version, strategy, extras);
        for (SimulatedCluster cluster : clusters.all()) {
            String where = story + ", " + clusters.name(cluster);
            Steady.holds(cluster, spec, where);
            assertThat(cluster.sightings().outages()).as(where).isEmpty();
            if (strategy == StrategyName.BLUE_GREEN && next != Next.ALONE) {
                assertThat(cluster.sightings().mixtures()).as(where).isEmpty();
            }
        }
    }
}
