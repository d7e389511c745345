package dev.relevo.deploy.execute;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.Durations;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.Selector;
import dev.relevo.deploy.release.Workload;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Tells whoever watches how the release gets on that is carried out: its rollouts, its share of the traffic, that a person is
 * needed. Only for people; nothing depends on it.
 */
final class ReleaseEvents {
    private final Cluster cluster;
    private final EventSink events;
    private Optional<Release> release = Optional.empty();
    /** Pods that stand beside the app's own behind its Services, by what they are there for. */
    private final Map<String, Integer> beside = new HashMap<>();

    ReleaseEvents(Cluster cluster, EventSink events) {
        this.cluster = cluster;
        this.events = events;
    }

    /** From now on everything is of this release. */
    void begin(Release carriedOut) {
        release = Optional.of(carriedOut);
    }

    /** A workload is rolled to a template, or was. */
    void rollout(String id, KubeObject workload, String awaited, boolean ended) {
        if (Marks.BASELINE.equals(Marks.track(workload))) {
            return;
        }
        events.emit(new Event.Rollout(
                id,
                workload.kind().name() + "/" + workload.name(),
                Marks.CANDIDATE.equals(Marks.track(workload)),
                release.filter(of -> of.spec().template().equals(awaited))
                        .map(of -> OptionalInt.of(of.number()))
                        .orElseGet(OptionalInt::empty),
                ended));
    }

    /**
     * A candidate whose pods stand behind the app's own Services has the share that it has of the pods.
     *
     * @param seen workloads that need not be read
     */
    void podShare(String id, KubeObject workload, int pods, Function<ObjectRef, Optional<KubeObject>> seen) {
        String track = Marks.track(workload);
        if (track.isEmpty() || !served(workload)) {
            return;
        }
        beside.put(track, pods);
        int candidate = beside.getOrDefault(Marks.CANDIDATE, 0);
        if (candidate == 0) {
            return;
        }
        try {
            int all = candidate
                    + beside.getOrDefault(Marks.BASELINE, 0)
                    + stable(seen).map(live -> new Workload(live).available()).orElse(0);
            events.emit(new Event.TrafficShifted(id, candidate + " of " + all + " pods", 100.0 * candidate / all));
        } catch (RelevoException | ClusterRefusal unknown) {
            // It is not told then.
            return;
        }
    }

    private Optional<KubeObject> stable(Function<ObjectRef, Optional<KubeObject>> seen) {
        ObjectRef ref = release.orElseThrow().spec().workload();
        return seen.apply(ref).or(() -> cluster.get(ref));
    }

    /** Whether a Service of the app sends traffic to its pods. */
    private boolean served(KubeObject workload) {
        Map<String, String> labels = workload.strings("/spec/template/metadata/labels");
        return release.map(Release::spec).stream()
                .flatMap(spec -> spec.services().stream())
                .anyMatch(service -> Selector.of(service).matches(labels));
    }

    /** Something is deleted that was there for a candidate only. */
    void dropped(String id, ObjectRef ref) {
        release.map(Release::spec)
                .map(spec -> Marks.candidateDeployment(spec.app(), spec.namespace()))
                .filter(ref::equals)
                .ifPresent(candidate -> events.emit(new Event.TrafficShifted(id, "it is deleted", 0)));
    }

    /** Nothing goes on until somebody promotes. */
    void promotionNeeded(Duration atMost) {
        events.emit(new Event.PersonNeeded(
                release.orElseThrow().number(),
                "Waiting to be promoted, at most " + Durations.format(atMost)
                        + "; if nobody does, the candidate is withdrawn",
                "End it with `relevo promote` or `relevo abort`"));
    }
}
