package dev.relevo.deploy.execute;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Workload;
import dev.relevo.report.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Waits until pods are ready to serve, and until they are the ones that are served. */
final class Readiness {
    private final SharedWatches cluster;
    private final Pace pace;
    private final FailureFinder failures;
    private final Waiter waiter;
    private final Writer writer;
    private final ReleaseEvents releaseEvents;
    private final EndpointStream endpoints;
    private final Map<ObjectRef, Integer> complete = new HashMap<>();

    Readiness(Tools tools, Writer writer, ReleaseEvents releaseEvents) {
        this.cluster = tools.cluster();
        this.pace = tools.pace();
        this.failures = tools.failures();
        this.waiter = tools.waiter();
        this.writer = writer;
        this.releaseEvents = releaseEvents;
        this.endpoints = new EndpointStream(cluster, writer);
    }

    /** This plan is carried out from here on. */
    void expect(Plan plan) {
        endpoints.expect(plan);
    }

    /** This object is about to be written. */
    void beforeWriting(ObjectRef ref) {
        endpoints.beforeWriting(ref);
    }

    /** How many pods a workload had when it was last seen to be complete; 0 when it never was. */
    int complete(ObjectRef workload) {
        return complete.getOrDefault(workload, 0);
    }

    String rollout(String id, Operation.AwaitRollout await) throws InterruptedException {
        KubeObject live = writer.written(await.ref())
                .orElseGet(() -> workload(await.ref()).object());
        try (RolloutWait wait = new RolloutWait(cluster, live, await.template(), failures, pace)) {
            releaseEvents.rollout(id, live, await.template(), false);
            String told = waiter.until(id, await.ref() + " is complete", wait::look, wait::cause);
            releaseEvents.rollout(id, live, await.template(), true);
            releaseEvents.podShare(id, live, wait.pods(), wait::seen);
            complete.put(await.ref(), wait.pods());
            // Its status stays as it is from here on, until it is rolled or scaled again.
            wait.seen(await.ref()).ifPresent(writer::saw);
            return told;
        }
    }

    String endpoints(String id, Operation.AwaitEndpoints await) throws InterruptedException {
        try (EndpointWait wait = new EndpointWait(cluster, await, endpoints, pace)) {
            return waiter.until(id, "the endpoints of " + await.service() + " are the new pods", wait::look);
        }
    }

    /**
     * Deletes the pods that a StatefulSet would wait for for ever.
     *
     * @return their names
     */
    String unblock(String id, ObjectRef ref) throws InterruptedException {
        // A pod that goes before the controller knows the present template comes back from the one before it.
        String unused = waiter.until(
                id,
                "the controller has seen the change of " + ref,
                () -> workload(ref).observed()
                        ? new Progress.Done("")
                        : new Progress.Waiting(0, 1, "changes", "not seen by the controller yet"));
        KubeObject set = workload(ref).object();
        List<KubeObject> pods = cluster.list(Kind.POD, ref.namespace(), new Workload(set).selector())
                .items();
        List<KubeObject> stuck = new StuckPods(set).among(pods);
        stuck.forEach(pod -> writer.delete(pod.ref(), pod.uid()));
        return stuck.stream().map(KubeObject::name).collect(Collectors.joining(", "));
    }

    private Workload workload(ObjectRef ref) {
        return new Workload(cluster.get(ref)
                .orElseThrow(() -> Problem.of(DeployError.ROLLOUT_FAILED, ref + " was deleted while it was waited for")
                        .asException()));
    }
}
