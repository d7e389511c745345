package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.SimulatedClient.Killed;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.FrozenPlan;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Sighting;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.RelevoException;
import dev.relevo.soak.Soak;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a deploy writes is what its frozen plan says: these objects in this order, and nothing else. */
class PlannedWritesTest {
    private static final int DEPLOYS_OF_A_LIFE = 5;
    /** The lock, and the namespace that is made so that there can be one, are not part of any plan. */
    private static final Set<Kind> BESIDE = Set.of(Kind.LEASE, Kind.NAMESPACE);

    private int deploys;
    private int writes;

    @Test
    void everyWriteOfADeployIsTheOneThatItsFrozenPlanHasAtThatPlace() {
        Soak.seeds(40).forEach(this::live);
        Soak.figure("plans", "%d deploys did exactly what their plans said, in %d writes", deploys, writes);
    }

    private void live(long seed) {
        Random random = new Random(seed);
        SimulatedCluster cluster = new SimulatedCluster();
        RandomReleases releases = new RandomReleases(random);
        for (int i = 0; i < DEPLOYS_OF_A_LIFE; i++) {
            if (random.nextInt(3) == 0) {
                interrupted(cluster, releases.next(), random);
            }
            ReleaseSpec spec = releases.next();
            DeployOptions options = Shop.options(random.nextBoolean());
            SimulatedClient client = new SimulatedClient(cluster);
            DeployService service = cluster.deployer(client);
            DeployService.Proposal proposal = service.propose(spec, options);
            DeployOutcome outcome = service.deploy(spec, options, Optional.of(proposal.frozen()));
            deploys++;
            assertThat(outcome.release().number()).isEqualTo(proposal.frozen().release());
            assertWrites(
                    proposal,
                    client.written().stream()
                            .filter(ref -> !BESIDE.contains(ref.kind()))
                            .toList(),
                    Soak.replay("plans", seed) + ", deploy " + (i + 1) + " by " + spec.strategy());
            cluster.pass(Duration.ofSeconds(random.nextInt(10)));
        }
    }

    private void assertWrites(DeployService.Proposal proposal, List<ObjectRef> written, String story) {
        List<FrozenPlan.Step> steps = proposal.frozen().steps();
        int next = 0;
        for (int i = 0; i < steps.size(); i++) {
            String planned = steps.get(i).writes();
            if (!planned.isEmpty()
                    && next < written.size()
                    && Sighting.name(written.get(next)).equals(planned)) {
                next++;
            } else if (!planned.isEmpty()) {
                // An apply always reaches the cluster; what already is as it should be is written by no other
                // operation.
                Operation operation = proposal.plan().operations().get(i);
                assertThat(operation)
                        .as(story + ": [" + steps.get(i).does() + "] wrote nothing; written: " + written)
                        .isNotInstanceOfAny(Operation.Apply.class, Operation.RecordRelease.class);
            }
        }
        writes += written.size();
        assertThat(written.subList(next, written.size()))
                .as(story + ": written beyond the plan")
                .isEmpty();
    }

    private static void interrupted(SimulatedCluster cluster, ReleaseSpec spec, Random random) {
        SimulatedClient dying = new SimulatedClient(cluster).dyingAt(1 + random.nextInt(40), random.nextBoolean());
        try {
            cluster.deployer(dying).deploy(spec, Shop.options(false, Duration.ofSeconds(1)));
        } catch (Killed | RelevoException expected) {
            // What it left is what the next plan begins with.
        }
        cluster.pass(Duration.ofSeconds(random.nextInt(20)));
    }
}
