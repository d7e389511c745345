package dev.relevo.deploy.release;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.cluster.Rollout;
import dev.relevo.config.DeployConfig.SchemaChange;
import dev.relevo.config.DeployConfig.StrategyName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is to run: the immutable content of a release.
 *
 * @param app the app's name
 * @param namespace where it lives
 * @param image {@code repository@sha256:…}
 * @param configHash hash of the app's configuration, if it has one
 * @param manifests every object of the release, each with its namespace, image and configuration filled in
 * @param workload the Deployment among them that runs the app
 * @param strategy how the traffic is handed over
 * @param revision git commit, if any
 * @param schema whether it can serve beside the release before it, on the same data
 * @param committedAt when the commit was made whose first delivery this is; empty where nobody knows
 */
public record ReleaseSpec(
        String app,
        String namespace,
        String image,
        Optional<String> configHash,
        List<KubeObject> manifests,
        ObjectRef workload,
        StrategyName strategy,
        Optional<String> revision,
        SchemaChange schema,
        Optional<Instant> committedAt) {
    /** One that declares nothing, as releases did before they could: it is compatible. */
    public ReleaseSpec(
            String app,
            String namespace,
            String image,
            Optional<String> configHash,
            List<KubeObject> manifests,
            ObjectRef workload,
            StrategyName strategy,
            Optional<String> revision) {
        this(
                app,
                namespace,
                image,
                configHash,
                manifests,
                workload,
                strategy,
                revision,
                SchemaChange.COMPATIBLE,
                Optional.empty());
    }

    public ReleaseSpec {
        manifests = List.copyOf(manifests);
        if (manifests.stream().noneMatch(object -> object.ref().equals(workload))) {
            throw new IllegalArgumentException("The release of [" + app + "] does not hold its workload " + workload);
        }
        if (!Rollout.KINDS.contains(workload.kind())) {
            throw new IllegalArgumentException("The workload of [" + app + "] is a "
                    + workload.kind().name() + "; expected one of " + Rollout.KINDS);
        }
        if (new TreeSet<>(manifests.stream().map(o -> o.ref().toString()).toList()).size() != manifests.size()) {
            throw new IllegalArgumentException("The release of [" + app + "] holds an object twice");
        }
    }

    public AppRef ref() {
        return new AppRef(app, namespace);
    }

    /** The workload's manifest. */
    public KubeObject workloadManifest() {
        return manifest(workload).orElseThrow();
    }

    public Optional<KubeObject> manifest(ObjectRef ref) {
        return manifests.stream().filter(object -> object.ref().equals(ref)).findFirst();
    }

    /** The Services that lead to the workload's pods, the app's main one first. */
    public List<KubeObject> services() {
        Map<String, String> pods = Template.labels(workloadManifest());
        return manifests.stream()
                .filter(object -> object.kind().equals(Kind.SERVICE))
                .filter(service -> Selector.of(service).matches(pods))
                .sorted((a, b) -> Integer.compare(precedence(a), precedence(b)))
                .toList();
    }

    private int precedence(KubeObject service) {
        if (service.name().equals(app)) {
            return 0;
        }
        return service.name().equals(workload.name()) ? 1 : 2;
    }

    /** Which version of the pods this is. */
    public String template() {
        return Template.hash(workloadManifest());
    }

    /** Whether both releases put exactly the same into the cluster. */
    public boolean sameContent(ReleaseSpec other) {
        return workload.equals(other.workload) && content().equals(other.content());
    }

    /** SHA-256 of all that is put into the cluster, whatever the order of the manifests. */
    public String contentHash() {
        return Json.sha256(workload + "\n" + String.join("\n", content()));
    }

    /** Whether a HorizontalPodAutoscaler of the release sets the workload's replicas. */
    public boolean autoscaled() {
        return manifests.stream().anyMatch(object -> ReleaseObjects.scales(object, workload));
    }

    private TreeSet<String> content() {
        TreeSet<String> all = new TreeSet<>();
        manifests.forEach(object -> all.add(Json.canonical(object.tree())));
        return all;
    }

    /** The same content, handed over in another way. */
    public ReleaseSpec withStrategy(StrategyName other) {
        return with(other, schema, committedAt);
    }

    /** The same content, with another declaration. */
    public ReleaseSpec withSchema(SchemaChange other) {
        return with(strategy, other, committedAt);
    }

    /** The same content, delivered once more: how long its commit took has nothing to do with that. */
    public ReleaseSpec broughtBack() {
        return with(strategy, schema, Optional.empty());
    }

    private ReleaseSpec with(StrategyName handOver, SchemaChange declared, Optional<Instant> committed) {
        return new ReleaseSpec(
                app, namespace, image, configHash, manifests, workload, handOver, revision, declared, committed);
    }

    /** Whether it can neither serve beside the release before it nor share its data. */
    public boolean incompatible() {
        return schema == SchemaChange.INCOMPATIBLE;
    }
}
