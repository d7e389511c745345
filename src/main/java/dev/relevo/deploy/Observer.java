package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.execute.ReleaseHistory;
import dev.relevo.deploy.execute.SharedWatches;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseObjects;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Workload;
import dev.relevo.traffic.HttpRoute;
import dev.relevo.traffic.Routes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what the cluster holds of an app, in a handful of calls whatever else the cluster holds. */
final class Observer {
    private final Cluster cluster;
    private final Lister deployments;
    private List<KubeObject> heads = List.of();

    private interface Lister {
        List<KubeObject> list(Kind kind, String namespace, Map<String, String> labels);
    }

    Observer(Cluster cluster) {
        this(
                cluster,
                (kind, namespace, labels) ->
                        cluster.list(kind, namespace, labels).items());
    }

    /** For a deploy, which watches the app's Deployments afterwards. */
    Observer(SharedWatches watches) {
        this(watches, watches::listToWatch);
    }

    private Observer(Cluster cluster, Lister deployments) {
        this.cluster = cluster;
        this.deployments = deployments;
    }

    /**
     * What is there now, to look at or to bring back.
     *
     * @param wanted the release: its names say what to look at
     */
    Observed observe(ReleaseSpec wanted) {
        return observe(wanted, Optional.empty());
    }

    /**
     * What is there now, to hand over from.
     *
     * @param wanted the release that is to come
     * @param settings how it is to come
     */
    Observed observe(ReleaseSpec wanted, Settings settings) {
        return observe(wanted, Optional.of(settings));
    }

    private Observed observe(ReleaseSpec wanted, Optional<Settings> handOver) {
        String app = wanted.app();
        String namespace = wanted.namespace();
        List<ReleaseRecord> records = records(wanted.ref());
        Map<String, KubeObject> services = services(wanted, records);
        List<KubeObject> marked = deployments.list(Kind.DEPLOYMENT, namespace, Map.of(Marks.APP, app));
        // One that somebody else made does not carry our label yet.
        Optional<Workload> workload =
                Workload.of(at(marked, wanted.workload()).or(() -> cluster.get(wanted.workload())));
        String candidate = Marks.candidateName(app);
        Optional<Workload> candidates = Workload.of(at(marked, Marks.candidateDeployment(app, namespace))
                .filter(live -> Marks.CANDIDATE.equals(Marks.track(live))));
        Optional<Workload> baselines = Workload.of(at(marked, Marks.baselineDeployment(app, namespace))
                .filter(live -> Marks.BASELINE.equals(Marks.track(live))));
        boolean settled = candidates.isEmpty() && baselines.isEmpty() && settled(records);
        return new Observed(
                app,
                namespace,
                workload,
                candidates,
                baselines,
                settled ? Optional.empty() : cluster.get(Marks.candidateService(app, namespace)),
                services,
                routes(wanted, settled, handOver).stream()
                        .filter(route -> Routes.leadsTo(route, candidate)
                                || Routes.leadsTo(route, Marks.baselineName(app))
                                || services.keySet().stream().anyMatch(name -> Routes.leadsTo(route, name)))
                        .toList(),
                listed(Kind.HORIZONTAL_POD_AUTOSCALER, namespace).stream()
                        .anyMatch(scaler -> ReleaseObjects.scales(scaler, wanted.workload())),
                records);
    }

    /** Ingresses have to do with a hand-over only where a candidate may have one, or may be to get one. */
    private List<KubeObject> routes(ReleaseSpec wanted, boolean settled, Optional<Settings> handOver) {
        List<KubeObject> routes = new ArrayList<>(listed(Kind.HTTP_ROUTE, wanted.namespace()));
        boolean own =
                wanted.manifests().stream().anyMatch(object -> object.kind().sameGroupAndName(Kind.INGRESS));
        if (own
                || !settled
                || handOver.filter(settings -> mayUseIngress(wanted, settings, routes))
                        .isPresent()) {
            try {
                routes.addAll(listed(Kind.INGRESS, wanted.namespace()));
            } catch (ClusterRefusal.Forbidden refused) {
                // Who may not see them has made none either, and shares by other means.
                return routes;
            }
        }
        return routes;
    }

    /** As a candidate's route is chosen ({@link Observed#sharing}): an HTTPRoute that leads to the app comes first. */
    private static boolean mayUseIngress(ReleaseSpec wanted, Settings settings, List<KubeObject> httpRoutes) {
        boolean getsOne = wanted.strategy() == StrategyName.CANARY
                || wanted.strategy() == StrategyName.BLUE_GREEN && settings.asksByRoute();
        return getsOne
                && settings.route().isEmpty()
                && wanted.services().stream()
                        .limit(1)
                        .anyMatch(
                                main -> httpRoutes.stream().noneMatch(route -> HttpRoute.leadsTo(route, main.name())));
    }

    private static Optional<KubeObject> at(List<KubeObject> objects, ObjectRef ref) {
        return objects.stream().filter(object -> object.ref().equals(ref)).findFirst();
    }

    /** The last deploy came to its end, and the candidate's objects go before that. */
    private static boolean settled(List<ReleaseRecord> records) {
        return !records.isEmpty() && records.get(records.size() - 1).status() == ReleaseStatus.DEPLOYED;
    }

    /** The Secrets in which the records were found that were read last. */
    List<KubeObject> heads() {
        return heads;
    }

    /** The releases of an app, the oldest first. */
    List<ReleaseRecord> records(AppRef app) {
        List<ReleaseRecord> records = new ArrayList<>();
        ReleaseHistory history = new ReleaseHistory(cluster, app);
        List<ReleaseRecord> read = history.read();
        heads = history.heads();
        for (ReleaseRecord record : read) {
            records.add(record.status() == ReleaseStatus.PENDING ? withTraces(record) : record);
        }
        return records;
    }

    /** An interrupted deploy did not come to recording what it wrote; what carries its number, it wrote. */
    private ReleaseRecord withTraces(ReleaseRecord record) {
        Map<ObjectRef, String> uids = new LinkedHashMap<>(record.uids());
        for (KubeObject manifest : record.release().spec().manifests()) {
            if (!uids.containsKey(manifest.ref())) {
                cluster.get(manifest.ref())
                        .filter(live ->
                                Marks.writtenFor(live, record.release().spec().app(), record.number()))
                        .filter(live -> !Marks.adopted(live))
                        .ifPresent(live -> uids.put(manifest.ref(), live.uid()));
            }
        }
        return record.withUids(uids);
    }

    private Map<String, KubeObject> services(ReleaseSpec wanted, List<ReleaseRecord> records) {
        Set<ObjectRef> refs = new LinkedHashSet<>();
        wanted.services().forEach(service -> refs.add(service.ref()));
        records.stream()
                .filter(record -> record.status() == ReleaseStatus.DEPLOYED || record.status() == ReleaseStatus.PENDING)
                .forEach(record -> record.release().spec().services().forEach(service -> refs.add(service.ref())));
        Map<String, KubeObject> live = new LinkedHashMap<>();
        refs.forEach(ref -> cluster.get(ref).ifPresent(service -> live.put(ref.name(), service)));
        return live;
    }

    private List<KubeObject> listed(Kind kind, String namespace) {
        try {
            return cluster.list(kind, namespace, Map.of()).items();
        } catch (ClusterRefusal.NotFound notServed) {
            return List.of();
        }
    }
}
