package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.deploy.release.Workload;
import dev.relevo.traffic.Routes;
import java.util.List;
import java.util.Map;

/** The state in which a cluster is while no deploy runs. */
final class Steady {
    private Steady() {}

    /** The cluster holds what the manifests say and nothing besides. */
    static void holds(SimulatedCluster cluster, ReleaseSpec spec, String story) {
        SimulatedStore store = cluster.store();
        Workload workload = new Workload(store.get(spec.workload()).orElseThrow());
        assertThat(workload.complete())
                .as(story + ": the Deployment is complete")
                .isTrue();
        assertThat(workload.runs(spec))
                .as(story + ": the Deployment runs " + spec.image())
                .isTrue();
        assertThat(store.list(Kind.DEPLOYMENT, "dev", Map.of()))
                .as(story + ": no second Deployment")
                .hasSize(1);
        assertThat(store.list(Kind.SERVICE, "dev", Map.of()))
                .as(story + ": no second Service")
                .hasSize(1);
        for (Kind kind : List.of(Kind.HTTP_ROUTE, Kind.INGRESS)) {
            assertThat(store.list(kind, "dev", Map.of()))
                    .as(story + ": no route of ours")
                    .noneMatch(route -> Routes.leadsTo(route, "shop-candidate"));
        }
        for (KubeObject manifest : spec.manifests()) {
            KubeObject live =
                    store.get(manifest.ref()).orElseThrow(() -> new AssertionError(story + ": " + manifest.ref()));
            if (!manifest.kind().equals(Kind.DEPLOYMENT)) {
                assertThat(live.at("/spec")).as(story + ": " + manifest.ref()).isEqualTo(manifest.at("/spec"));
            }
            assertThat(live.annotations()).as(story).doesNotContainKey("relevo.dev/weights-before");
        }
        assertThat(cluster.sightings().images("shop"))
                .as(story + ": who answers")
                .containsExactly(spec.image());
        List<ReleaseRecord> records = new Observer(new SimulatedClient(cluster)).records(Shop.APP);
        assertThat(records.stream().filter(record -> record.status() == ReleaseStatus.DEPLOYED))
                .as(story + ": one release serves")
                .singleElement()
                .satisfies(record ->
                        assertThat(record.release().spec().sameContent(spec)).isTrue());
        assertThat(records).as(story).noneMatch(record -> record.status() == ReleaseStatus.PENDING);
    }
}
