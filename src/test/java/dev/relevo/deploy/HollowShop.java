package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.TestConnections;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.execute.DiagnosisFinder;
import dev.relevo.deploy.execute.EndpointWait;
import dev.relevo.deploy.lock.SystemPace;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Workload;
import dev.relevo.local.controller.Informer;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.Watch;
import dev.relevo.report.EventSink;
import dev.relevo.verify.HttpReply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The shop on a hollow cluster: deployed over real HTTP, looked at where the objects lie. */
final class HollowShop implements AutoCloseable {
    private final HollowCluster cluster;
    private final ConcurrentLinkedQueue<String> outages = new ConcurrentLinkedQueue<>();
    private final Watch endpoints;
    private volatile boolean served;

    HollowShop(HollowCluster cluster) {
        this.cluster = cluster;
        this.endpoints = Informer.of(cluster.store(), ResourceTypes.ENDPOINT_SLICE, this::look);
    }

    private void look(ObjectNode changed) {
        if (!changed.at("/metadata/labels")
                .path(EndpointWait.SERVICE_NAME)
                .asText()
                .equals("shop")) {
            return;
        }
        int ready = answering().size();
        if (served && ready == 0) {
            outages.add("nobody behind Service shop at " + cluster.store().resourceVersion());
        }
        served |= ready > 0;
    }

    private Set<String> answering() {
        return EndpointWait.readyEndpoints(live(ResourceTypes.ENDPOINT_SLICE).stream()
                .filter(slice -> "shop".equals(slice.labels().get(EndpointWait.SERVICE_NAME)))
                .toList());
    }

    /** The images behind the app's Service. */
    Set<String> images() {
        Set<String> names = answering();
        Set<String> images = new TreeSet<>();
        live(ResourceTypes.POD).stream()
                .filter(pod -> names.contains(pod.name()))
                .forEach(pod -> images.add(pod.at("/spec/containers/0/image").asText()));
        return images;
    }

    private List<KubeObject> live(ResourceType type) {
        return cluster.store().list(type, "dev", LabelSelector.everything()).stream()
                .map(KubeObject::of)
                .toList();
    }

    /** Moments at which requests had nobody to answer them. */
    List<String> outages() {
        return List.copyOf(outages);
    }

    /** Big-bang has them. */
    void forgetOutages() {
        outages.clear();
    }

    /** Deploys through this connection. */
    DeployOutcome deploy(Cluster through, String version, StrategyName strategy, Duration lease) {
        return service(through, "deployer-" + System.identityHashCode(through))
                .deploy(Shop.version(version, strategy), Shop.quick(strategy, lease));
    }

    static DeployService service(Cluster through, String holder) {
        return new DeployService(
                through,
                EventSink.none(),
                new SystemPace(),
                (target, ask) -> new HttpReply(200, ""),
                new DiagnosisFinder(through),
                holder);
    }

    /** A connection on which nothing goes wrong. */
    Cluster connect() {
        return connect(cluster.kubeconfig());
    }

    static Cluster connect(Path kubeconfig) {
        return TestConnections.quick(kubeconfig, Duration.ofSeconds(1));
    }

    /** What was claimed is so now. */
    void assertServes(String version, String story) {
        Workload workload = live(ResourceTypes.DEPLOYMENT).stream()
                .filter(live -> live.name().equals("shop"))
                .map(Workload::new)
                .findFirst()
                .orElseThrow(() -> new AssertionError(story + ": no Deployment"));
        assertThat(workload.complete()).as(story + ": complete").isTrue();
        assertThat(workload.runs(Shop.version(version, StrategyName.ROLLING)))
                .as(story + ": runs " + version)
                .isTrue();
        assertThat(images()).as(story).containsExactly("registry.example/shop:" + version);
    }

    /** The cluster holds what the manifests say and nothing besides. */
    void assertSteady(String version, String story) {
        assertServes(version, story);
        assertThat(live(ResourceTypes.DEPLOYMENT))
                .as(story)
                .extracting(KubeObject::name)
                .containsExactly("shop");
        assertThat(live(ResourceTypes.SERVICE))
                .as(story)
                .extracting(KubeObject::name)
                .containsExactly("shop");
        JsonNode selector = live(ResourceTypes.SERVICE).get(0).at("/spec/selector");
        assertThat(selector.toString()).as(story).isEqualTo("{\"app\":\"shop\"}");
        try (Cluster fresh = connect()) {
            assertThat(new Observer(fresh).records(Shop.APP))
                    .as(story)
                    .filteredOn(record -> record.status() == ReleaseStatus.DEPLOYED)
                    .singleElement()
                    .satisfies(record ->
                            assertThat(record.release().spec().image()).isEqualTo("registry.example/shop:" + version));
        }
    }

    @Override
    public void close() {
        endpoints.close();
    }
}
