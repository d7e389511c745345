package dev.relevo.deploy.plan;

import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Selector;
import dev.relevo.deploy.release.Template;
import dev.relevo.deploy.release.Workload;
import dev.relevo.traffic.HttpRoute;
import dev.relevo.traffic.IngressCanary;
import dev.relevo.traffic.PreviewRoute;
import dev.relevo.traffic.Routes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the cluster holds of an app at one moment: all that a plan is made from.
 *
 * @param app the app's name
 * @param namespace where it lives
 * @param workload the app's own Deployment
 * @param candidate the candidate's Deployment, of whatever release
 * @param baseline the Deployment of the old version that a canary is compared with
 * @param candidateService the candidate's Service
 * @param services the app's live Services by name
 * @param routes live HTTPRoutes, and Ingresses of ingress-nginx, that lead to one of them, or to the candidate's
 * @param autoscaled whether a live HorizontalPodAutoscaler sets the workload's replicas
 * @param records the releases, the oldest first; objects that an interrupted deploy wrote are among their UIDs
 */
public record Observed(
        String app,
        String namespace,
        Optional<Workload> workload,
        Optional<Workload> candidate,
        Optional<Workload> baseline,
        Optional<KubeObject> candidateService,
        Map<String, KubeObject> services,
        List<KubeObject> routes,
        boolean autoscaled,
        List<ReleaseRecord> records) {
    public Observed {
        // In one order always: what is decided on the first that fits must not differ from process to process.
        services = Collections.unmodifiableMap(new TreeMap<>(services));
        routes = List.copyOf(routes);
        records = List.copyOf(records);
    }

    /** Where the app's requests go. */
    public enum Traffic {
        /** To the app's own Deployment only, as the manifests say; or nothing runs yet. */
        STABLE,
        /** To both. */
        SHARED,
        /** To the candidate only. */
        CANDIDATE
    }

    /** Where the app's requests go. */
    public Traffic traffic() {
        long switched = services.values().stream().filter(Observed::onCandidate).count();
        if (switched > 0) {
            return switched == services.size() ? Traffic.CANDIDATE : Traffic.SHARED;
        }
        boolean weighted = routes.stream()
                .filter(route -> !PreviewRoute.isPreview(route))
                .anyMatch(route -> Routes.leadsTo(route, Marks.candidateName(app))
                        || Routes.leadsTo(route, Marks.baselineName(app)));
        boolean joined = joins(candidate) || joins(baseline);
        return weighted || joined ? Traffic.SHARED : Traffic.STABLE;
    }

    /** Whether the pods of a live candidate, or baseline, stand beside the app's own behind one of its Services. */
    public boolean joins(Optional<Workload> other) {
        return other.isPresent()
                && services.values().stream()
                        .anyMatch(service -> !onCandidate(service)
                                && Selector.of(service)
                                        .matches(Template.labels(other.get().object())));
    }

    /**
     * What can give a candidate an exact share of a Service's requests: the HTTPRoutes that lead there; without any, the Ingresses.
     *
     * @param named the only route that may be used, if one is named
     */
    public List<KubeObject> sharing(String service, Optional<String> named) {
        List<KubeObject> led = routes.stream()
                .filter(route -> HttpRoute.leadsTo(route, service))
                .filter(route -> named.isEmpty() || named.get().equals(route.name()))
                .toList();
        if (!led.isEmpty() || named.isPresent()) {
            return led;
        }
        return routes.stream()
                .filter(route -> IngressCanary.leadsTo(route, service) && IngressCanary.canShare(route))
                .toList();
    }

    /** Routes of our own by which a candidate is asked; nobody else's requests go there. */
    public List<KubeObject> previews() {
        return routes.stream().filter(PreviewRoute::isPreview).toList();
    }

    /** Whether this live Service leads to a candidate. */
    public static boolean onCandidate(KubeObject service) {
        return Marks.CANDIDATE.equals(Selector.of(service).labels().get(Marks.TRACK));
    }

    /** Whether the candidate, if there is one, runs this release. */
    public boolean candidateRuns(ReleaseSpec release) {
        return candidate.isPresent()
                && !candidate.get().object().deleting()
                && candidate.get().runs(release);
    }

    /** The release that serves, or served last. */
    public Optional<ReleaseRecord> deployed() {
        return ReleaseRecord.last(records, ReleaseStatus.DEPLOYED);
    }

    /** The number that the next release gets. */
    public int nextNumber() {
        return records.isEmpty() ? 1 : records.get(records.size() - 1).number() + 1;
    }

    public Optional<KubeObject> service(ObjectRef ref) {
        return Optional.ofNullable(services.get(ref.name()));
    }
}
