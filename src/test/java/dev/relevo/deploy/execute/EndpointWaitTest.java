package dev.relevo.deploy.execute;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LabelSelector;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.NotedReads;
import dev.relevo.deploy.Shop;
import dev.relevo.deploy.SimulatedClient;
import dev.relevo.deploy.SimulatedCluster;
import dev.relevo.deploy.lock.Fence;
import dev.relevo.deploy.plan.Operation.AwaitEndpoints;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.EventSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is believed of the EndpointSlices that a stream shows, which may be of the past. In this cluster it is until time passes. */
class EndpointWaitTest {
    private static final String LIST = "list EndpointSlice";
    private static final ObjectRef SERVICE = new ObjectRef(Kind.SERVICE, "dev", "shop");
    private static final ObjectRef SLICE = new ObjectRef(Kind.ENDPOINT_SLICE, "dev", "shop-slice");

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final NotedReads noted = new NotedReads(new SimulatedClient(cluster));
    private final SharedWatches watches = new SharedWatches(noted.cluster());
    private final Writer writer = new Writer(watches, new Held());
    private final EndpointStream stream = new EndpointStream(watches, writer);
    private final DeployService service = new DeployService(
            noted.cluster(),
            EventSink.none(),
            cluster.pace(),
            cluster.reach(),
            (workload, replicaSets, pods) -> Optional.empty(),
            "deployer");
    private AwaitEndpoints served = new AwaitEndpoints(SERVICE, Map.of(), "");

    private record Held() implements Fence {
        @Override
        public void check() {}

        @Override
        public void keep() {}
    }

    @BeforeEach
    void theFirstVersionServes() {
        ReleaseSpec first = Shop.version("v1", StrategyName.ROLLING);
        served = new AwaitEndpoints(
                SERVICE,
                Map.of("app", "shop"),
                service.deploy(first, Shop.options(false)).release().spec().template());
        Plan next = service.plan(Shop.version("v2", StrategyName.BLUE_GREEN), Shop.options(false));
        stream.expect(next);
        List<String> unused = noted.taken();
    }

    @Test
    void slicesThatWereWrittenAfterTheirServiceAreBelievedOnce() {
        stream.beforeWriting(SERVICE);
        write("one");
        aPodIsReplaced();

        assertThat(look()).isEqualTo(new Progress.Done("3 endpoints"));
        assertThat(noted.taken()).doesNotContain(LIST).containsOnlyOnce("follow EndpointSlice");

        assertThat(look()).as("nothing was written since").isInstanceOf(Progress.Done.class);
        assertThat(noted.taken()).contains(LIST);
    }

    @Test
    void aServiceThatWasSwitchedAndBackWhileTheStreamShowsTheTimeBeforeIsAskedFor() {
        stream.beforeWriting(SERVICE);
        write("switched");
        write("back");
        KubeObject before = cluster.store().get(SLICE).orElseThrow();
        cluster.store().update(before.with(tree -> tree.putArray("endpoints")));

        assertThat(look()).isEqualTo(new Progress.Waiting(0, 3, "endpoints", "0 of 3 new endpoints"));

        cluster.pass(Duration.ofSeconds(2));
        List<String> unused = noted.taken();
        assertThat(look()).isInstanceOf(Progress.Done.class);
        assertThat(noted.taken()).doesNotContain(LIST);
    }

    @Test
    void aWriteFromBeforeTheStreamBeganProvesNothing() {
        write("before");
        stream.beforeWriting(SERVICE);
        aPodIsReplaced();

        assertThat(look()).isInstanceOf(Progress.Done.class);
        assertThat(noted.taken()).contains(LIST);
    }

    @Test
    void aServiceThatIsNotWrittenIsListedOnceAndFollowedWhileItIsNotAsItShouldBe() {
        assertThat(look()).isInstanceOf(Progress.Done.class);
        assertThat(noted.taken()).containsOnlyOnce(LIST).doesNotContain("follow EndpointSlice");

        KubeObject live = cluster.store().get(SLICE).orElseThrow();
        cluster.store().update(live.with(tree -> tree.putArray("endpoints")));
        try (EndpointWait wait = new EndpointWait(watches, served, stream, cluster.pace())) {
            assertThat(wait.look()).isInstanceOf(Progress.Waiting.class);
            assertThat(wait.look()).isInstanceOf(Progress.Waiting.class);
            assertThat(noted.taken()).containsOnlyOnce(LIST, "follow EndpointSlice");
            cluster.pass(Duration.ofSeconds(2));
            assertThat(wait.look()).isInstanceOf(Progress.Done.class);
            assertThat(noted.taken()).containsExactly(LIST);
        }
    }

    @Test
    void aStreamForSeveralServicesServesThoseWhoWaitForOneAndTellsThemOfThatOne() {
        stream.beforeWriting(SERVICE);
        cluster.store()
                .create(KubeObject.named(new ObjectRef(Kind.ENDPOINT_SLICE, "dev", "other"))
                        .withLabel(EndpointWait.SERVICE_NAME, "shop-candidate"));
        cluster.pass(Duration.ofSeconds(1));
        List<Set<String>> told = new ArrayList<>();

        LabelSelector ofShop = EndpointStream.ofServices(Set.of("shop"));
        try (var unused = watches.follow(Kind.ENDPOINT_SLICE, "dev", ofShop, slices -> told.add(slices.keySet()))) {
            assertThat(told).containsExactly(Set.of("shop-slice"));
        }
        assertThat(noted.taken()).containsExactly("follow EndpointSlice");

        LabelSelector ofAnother = EndpointStream.ofServices(Set.of("shop", "shop-baseline"));
        watches.follow(Kind.ENDPOINT_SLICE, "dev", ofAnother, slices -> {}).close();
        assertThat(noted.taken()).as("the stream lacks one of them").containsExactly("follow EndpointSlice");
    }

    @ParameterizedTest
    @CsvSource({"ROLLING,100,true", "ROLLING,101,false", "BIG_BANG,101,false", "CANARY,101,true", "BLUE_GREEN,101,true"
    })
    void theRolloutOfManyPodsIsOnlyFollowedForTheSakeOfACandidate(StrategyName strategy, int pods, boolean followed) {
        stream.expect(service.plan(Shop.of("v2", strategy, pods, "app: shop"), Shop.options(false)));

        stream.beforeWriting(SERVICE);

        assertThat(stream.follows(SERVICE)).isEqualTo(followed);
    }

    private Progress look() {
        try (EndpointWait wait = new EndpointWait(watches, served, stream, cluster.pace())) {
            return wait.look();
        }
    }

    private void write(String note) {
        KubeObject unused = writer.apply(Shop.version("v1", StrategyName.ROLLING)
                .manifest(SERVICE)
                .orElseThrow()
                .withAnnotation("note", note));
    }

    private void aPodIsReplaced() {
        KubeObject pod = cluster.store().list(Kind.POD, "dev", Map.of()).get(0);
        cluster.store()
                .update(pod.with(
                        tree -> ((ObjectNode) tree.path("metadata")).put("deletionTimestamp", "2026-01-01T00:00:00Z")));
        cluster.pass(Duration.ofSeconds(12));
    }
}
