package dev.relevo.deploy.execute;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LabelSelector;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.cluster.Rollout;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.lock.Watched;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Workload;
import dev.relevo.report.Problem;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Follows one workload with its ReplicaSets, if it has some, and its pods until all of them say that it is complete at a template. Pods without a
 * readiness probe count as ready the moment they start, even if they crash the next; their state must hold for a while to be
 * believed.
 */
final class RolloutWait implements AutoCloseable {
    /** Longer than a process that fails at once takes to be seen failing. */
    private static final Duration HOLD_WITHOUT_PROBE = Duration.ofSeconds(5);
    /** A diagnosis reads events and logs, so it is not made at every change. */
    private static final Duration BETWEEN_DIAGNOSES = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final ObjectRef ref;
    private final KubeObject atLeast;
    private final String template;
    private final FailureFinder failures;
    private final Pace pace;
    private final Watched workloads;
    private final Optional<Watched> replicaSets;
    private final Watched pods;
    private Optional<Duration> completeSince = Optional.empty();
    private Optional<Duration> diagnosed = Optional.empty();
    private Optional<FailureFinder.Suspicion> suspicion = Optional.empty();

    /** @param workload as it was last written: nothing older is believed */
    RolloutWait(Cluster cluster, KubeObject workload, String template, FailureFinder failures, Pace pace) {
        this.cluster = cluster;
        this.ref = workload.ref();
        this.atLeast = workload;
        this.template = template;
        this.failures = failures;
        this.pace = pace;
        LabelSelector selector = LabelSelector.of(new Workload(workload).selector());
        this.workloads = new Watched(cluster, ref.kind(), ref.namespace(), own(workload), pace);
        this.replicaSets = ref.kind().equals(Kind.DEPLOYMENT)
                ? Optional.of(Watched.following(cluster, Kind.REPLICA_SET, ref.namespace(), selector, pace))
                : Optional.empty();
        this.pods = Watched.following(cluster, Kind.POD, ref.namespace(), selector, pace);
    }

    private static Map<String, String> own(KubeObject workload) {
        String app = workload.labels().get(Marks.APP);
        return app == null ? Map.of() : Map.of(Marks.APP, app);
    }

    /** How far it is. */
    Progress look() {
        Optional<KubeObject> found = seen(ref);
        if (found.isEmpty()) {
            return new Progress.Waiting(0, 0, "pods", ref.kind().name() + " is not there");
        }
        Workload live = new Workload(found.get());
        if (isPast(found.get())) {
            // A list may show the past, in which everything was complete too.
            return new Progress.Waiting(0, live.desired(), "pods", "the change is not shown yet");
        }
        if (!live.template().equals(template)) {
            return new Progress.Waiting(0, live.desired(), "pods", "its pod template is not the one that was applied");
        }
        Rollout rollout = Rollout.of(live.object(), replicaSets(), pods.all());
        if (rollout instanceof Rollout.Done && live.complete()) {
            return complete(live);
        }
        completeSince = Optional.empty();
        // A workload that is to have no pods has only some that will go, and why they fail is nobody's concern any
        // more.
        if (live.observed() && live.desired() > 0) {
            diagnose(live);
        }
        if (suspicion.filter(FailureFinder.Suspicion::fatal).isPresent()) {
            return new Progress.Hopeless(suspicion.get().cause());
        }
        if (rollout instanceof Rollout.Failed failed) {
            return new Progress.Hopeless(cause().orElse(failed.problem()));
        }
        return rollout instanceof Rollout.Progressing going
                ? new Progress.Waiting(going.ready(), going.total(), "pods", going.detail())
                : new Progress.Waiting(live.available(), live.desired(), "pods", "the status is not settled yet");
    }

    private boolean isPast(KubeObject seen) {
        if (seen.uid().equals(atLeast.uid())) {
            return seen.generation() < atLeast.generation();
        }
        // Another one of that name: the one that was deleted before, or one that somebody has made since.
        return !cluster.get(ref).map(KubeObject::uid).equals(Optional.of(seen.uid()));
    }

    /** How many pods it has. */
    int pods() {
        return seen(ref).map(live -> new Workload(live).available()).orElse(0);
    }

    /** It, or another workload of the app and of its kind, as it was seen last; empty for one that was never seen. */
    Optional<KubeObject> seen(ObjectRef workload) {
        return workload.kind().equals(ref.kind()) ? workloads.named(workload.name()) : Optional.empty();
    }

    /** What probably keeps it from being complete. */
    Optional<Problem> cause() {
        return suspicion.map(FailureFinder.Suspicion::cause);
    }

    private void diagnose(Workload live) {
        Duration now = pace.elapsed();
        boolean due = diagnosed
                .filter(last -> now.minus(last).compareTo(BETWEEN_DIAGNOSES) < 0)
                .isEmpty();
        if (due) {
            diagnosed = Optional.of(now);
            suspicion = failures.find(live.object(), replicaSets(), pods.all());
        }
    }

    private Collection<KubeObject> replicaSets() {
        return replicaSets.map(Watched::all).orElse(List.of());
    }

    private Progress complete(Workload live) {
        if (!everyContainerProbed(live)) {
            Duration now = pace.elapsed();
            Duration since = completeSince.orElse(now);
            completeSince = Optional.of(since);
            if (now.minus(since).compareTo(HOLD_WITHOUT_PROBE) < 0) {
                return new Progress.Waiting(
                        live.available(),
                        live.desired(),
                        "pods",
                        "no readiness probe, so they are watched for a moment");
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

    @Override
    public void close() {
        workloads.close();
        replicaSets.ifPresent(Watched::close);
        pods.close();
    }
}
