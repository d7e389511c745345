package dev.relevo.deploy.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.Shop;
import dev.relevo.deploy.SimulatedClient;
import dev.relevo.deploy.SimulatedCluster;
import dev.relevo.deploy.lock.SystemPace;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Workload;
import dev.relevo.report.Problem;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolloutWaitTest {
    private final SimulatedClient client = new SimulatedClient(new SimulatedCluster());

    @Test
    void aPodThatFailsEndsTheWaitForOneThatIsToServe() {
        assertThat(look(1)).isInstanceOf(Progress.Hopeless.class);
    }

    @Test
    void aPodThatFailsAndOnlyHasToGoIsNoFailure() {
        assertThat(look(0)).isInstanceOf(Progress.Waiting.class);
    }

    /** What the wait says of a Deployment that wants these pods, and still has one that cannot start. */
    private Progress look(int replicas) {
        KubeObject deployment = client.create(Shop.object("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop, namespace: dev, generation: 2}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: shop}}
                  template:
                    metadata: {labels: {app: shop}}
                    spec: {containers: [{name: app, image: missing}]}
                status: {observedGeneration: 2, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1}
                """.formatted(replicas)));
        Problem missing = Problem.of(DeployError.ROLLOUT_FAILED, "the image is missing");
        FailureFinder finder = (workload, sets, pods) -> Optional.of(new FailureFinder.Suspicion(missing, true));
        try (RolloutWait wait =
                new RolloutWait(client, deployment, new Workload(deployment).template(), finder, new SystemPace())) {
            return wait.look();
        }
    }
}
