package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Cluster.Watching;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Follows one Deployment with its ReplicaSets and pods until it is complete at a template. Pods without a readiness probe
 * count as ready the moment they start, even if they crash the next; their state must hold for a while to be believed.
 */
final class RolloutWait implements AutoCloseable {
    /** Longer than a process that fails at once takes to be seen failing. */
    private static final Duration HOLD_WITHOUT_PROBE = Duration.ofSeconds(5);

    private final ObjectRef ref;
    private final String template;
    private final FailureFinder failures;
    private final Pace pace;
    private final AtomicReference<Map<String, KubeObject>> deployments = new AtomicReference<>(Map.of());
    private final AtomicReference<Map<String, KubeObject>> replicaSets = new AtomicReference<>(Map.of());
    private final AtomicReference<Map<String, KubeObject>> pods = new AtomicReference<>(Map.of());
    private final java.util.List<Watching> watches = new java.util.ArrayList<>();
    private Optional<Duration> completeSince = Optional.empty();

    RolloutWait(Cluster cluster, KubeObject deployment, String template, FailureFinder failures, Pace pace) {
        this.ref = deployment.ref();
        this.template = template;
        this.failures = failures;
        this.pace = pace;
        Map<String, String> selector = new Workload(deployment).selector();
        watch(cluster, Kind.DEPLOYMENT, own(deployment), deployments);
        watch(cluster, Kind.REPLICA_SET, selector, replicaSets);
        watch(cluster, Kind.POD, selector, pods);
    }

    private static Map<String, String> own(KubeObject deployment) {
        String app = deployment.labels().get(Marks.APP);
        return app == null ? Map.of() : Map.of(Marks.APP, app);
    }

    private void watch(
            Cluster cluster, Kind kind, Map<String, String> labels, AtomicReference<Map<String, KubeObject>> target) {
        watches.add(cluster.watch(kind, ref.namespace(), labels, all -> {
            target.set(Map.copyOf(all));
            pace.wake();
        }));
    }

    /** How far it is. */
    Progress look() {
        KubeObject deployment = deployments.get().get(ref.name());
        if (deployment == null) {
            return new Progress.Waiting(0, 0, "pods", ref.kind().name() + " is not there");
        }
        Workload live = new Workload(deployment);
        if (!live.observed()) {
            return new Progress.Waiting(0, live.desired(), "pods", "not seen by its controller yet");
        }
        if (!live.template().equals(template)) {
            return new Progress.Waiting(0, live.desired(), "pods", "somebody else changed its pod template");
        }
        if (live.complete()) {
            return complete(live);
        }
        completeSince = Optional.empty();
        return failures.find(
                        deployment, replicaSets.get().values(), pods.get().values())
                .<Progress>map(Progress.Hopeless::new)
                .orElseGet(() -> waiting(live));
    }

    private Progress complete(Workload live) {
        if (!everyContainerProbed(live)) {
            Duration now = pace.elapsed();
            Duration since = completeSince.orElse(now);
            completeSince = Optional.of(since);
            if (now.minus(since).compareTo(HOLD_WITHOUT_PROBE) < 0) {
                return new Progress.Waiting(
                        live.available(), live.desired(), "pods", "running; without a readiness probe it is watched for a moment");
            }
        }
        return new Progress.Done(live.desired() + " of " + live.desired() + " pods available");
    }

    private static boolean everyContainerProbed(Workload live) {
        for (var container : live.object().at("/spec/template/spec/containers")) {
            if (container.path("readinessProbe").isMissingNode()) {
                return live.object().at("/spec/minReadySeconds").asInt(0) >= HOLD_WITHOUT_PROBE.toSeconds();
            }
        }
        return true;
    }

    private static Progress waiting(Workload live) {
        int old = Math.max(0, live.pods() - live.updated());
        String detail = live.updated() + " of " + live.desired() + " new, " + live.available() + " available"
                + (old > 0 ? ", " + old + " old" : "");
        return new Progress.Waiting(Math.min(live.updated(), live.available()), live.desired(), "pods", detail);
    }

    @Override
    public void close() {
        watches.forEach(Watching::close);
    }
}
