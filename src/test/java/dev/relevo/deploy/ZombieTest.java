package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.relevo.cluster.Kind;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A deployer stands still right before one of its writes, which has passed every check, for so long that another one takes the
 * lock and deploys. When the late write reaches the cluster it changes nothing that lasts, and no other one follows.
 */
class ZombieTest {
    private static final boolean ALL = Boolean.getBoolean("relevo.crash.all");

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void aDeployerThatWakesUpLateChangesNothingAnyMore(StrategyName asleep) {
        for (boolean routed : new boolean[] {false, true}) {
            int writes = writes(asleep, routed);
            for (int at = 1; at <= writes; at++) {
                for (StrategyName other : StrategyName.values()) {
                    // Everyone meets every write of everyone on request; else each write meets two of them.
                    if (ALL || (at + other.ordinal()) % 4 == (routed ? 0 : 1)) {
                        wakesUpLate(asleep, other, routed, at);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(StrategyName.class)
    void aRollbackThatWakesUpLateIsNotSaidToBeDone(StrategyName asleep) {
        for (int at = 1; at <= 20; at++) {
            SimulatedCluster cluster = new SimulatedCluster();
            deploy(cluster, new SimulatedClient(cluster), spec("v1", StrategyName.ROLLING, false));
            ReleaseSpec broken = spec("v2", asleep, false);
            cluster.controllers().breakImage("registry.example/shop:v2");
            List<String> late = new ArrayList<>();
            SimulatedClient zombie = new SimulatedClient(cluster);
            zombie.sleepingAt(at, () -> {
                deploy(cluster, new SimulatedClient(cluster), spec("v3", StrategyName.ROLLING, false));
                cluster.pass(Duration.ofSeconds(8));
                late.add(zombie.writes().get(zombie.writes().size() - 1));
            });

            RelevoException failure = assertThrows(RelevoException.class, () -> deploy(cluster, zombie, broken));

            // Before the lock is taken it is not late, and after all is done it has nothing more to claim.
            if (!late.isEmpty() && !late.get(0).contains("Lease")) {
                assertThat(failure.problem().code().exit().number())
                        .as(asleep + " at write " + at + ": " + failure.problem())
                        .isEqualTo(8);
            }
        }
    }

    private static int writes(StrategyName strategy, boolean routed) {
        SimulatedCluster cluster = new SimulatedCluster();
        deploy(cluster, new SimulatedClient(cluster), spec("v1", StrategyName.ROLLING, routed));
        SimulatedClient client = new SimulatedClient(cluster);
        deploy(cluster, client, spec("v2", strategy, routed));
        return (int) client.written().stream()
                .filter(ref -> !ref.kind().equals(Kind.LEASE))
                .count();
    }

    private static void wakesUpLate(StrategyName asleep, StrategyName other, boolean routed, int at) {
        String story =
                asleep + " sleeps before write " + at + " while " + other + " deploys v3" + (routed ? ", routed" : "");
        SimulatedCluster cluster = new SimulatedCluster();
        deploy(cluster, new SimulatedClient(cluster), spec("v1", StrategyName.ROLLING, routed));
        ReleaseSpec newer = spec("v3", other, routed);
        List<String> late = new ArrayList<>();
        SimulatedClient zombie = new SimulatedClient(cluster);
        zombie.sleepingAt(at, () -> {
            deploy(cluster, new SimulatedClient(cluster), newer);
            cluster.pass(Duration.ofSeconds(8));
            late.add(zombie.writes().get(zombie.writes().size() - 1));
            cluster.sightings().forget();
        });
        Optional<RelevoException> failure = Optional.empty();
        try {
            deploy(cluster, zombie, spec("v2", asleep, routed));
        } catch (RelevoException e) {
            failure = Optional.of(e);
        }
        cluster.pass(Duration.ofSeconds(8));
        String told = story + ", late: " + late + ", " + failure.map(RelevoException::problem);
        if (!late.isEmpty() && !late.get(0).contains("Lease")) {
            assertThat(failure.map(e -> e.problem().code())).as(told).contains(DeployError.LOCK_LOST);
        }
        if (failure.isPresent()) {
            assertThat(cluster.store().get(newer.workload())).as(told).isPresent();
            Steady.holds(cluster, newer, told);
            assertThat(cluster.sightings().outages()).as(told).isEmpty();
            assertThat(cluster.sightings().mixtures()).as(told).isEmpty();
        }
    }

    private static ReleaseSpec spec(String version, StrategyName strategy, boolean routed) {
        return routed
                ? Shop.version(version, strategy, Shop.ROUTE, Shop.EXTRA_CONFIG)
                : Shop.version(version, strategy, Shop.EXTRA_CONFIG);
    }

    private static void deploy(SimulatedCluster cluster, SimulatedClient client, ReleaseSpec spec) {
        DeployOutcome unused = cluster.deployer(client).deploy(spec, Shop.options(false));
    }
}
