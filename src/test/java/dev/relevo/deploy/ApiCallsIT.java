package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.TestConnections;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.execute.DiagnosisFinder;
import dev.relevo.deploy.lock.SystemPace;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.report.EventSink;
import dev.relevo.soak.Soak;
import dev.relevo.verify.HttpReply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much a deploy asks of the API server, whatever else that holds. */
@Timeout(120)
class ApiCallsIT {
    /** Its Deployment and its Service, made and deleted again. */
    private static final int OBJECTS_OF_A_CANDIDATE = 2;

    private static final Set<StrategyName> BESIDE = EnumSet.of(StrategyName.BLUE_GREEN, StrategyName.CANARY);

    private static final ResourceType CUSTOM = ResourceTypes.CUSTOM_RESOURCE_DEFINITION;
    private static final int CUSTOM_KINDS = Soak.count(300);
    private static final int OTHER_PODS = CUSTOM_KINDS * 5 / 2;

    @TempDir
    Path folder;

    private HollowCluster hollow;
    private int versions;

    @BeforeEach
    void start() throws Exception {
        hollow = new HollowCluster(folder, Duration.ofMillis(100));
    }

    @AfterEach
    void stop() {
        hollow.close();
    }

    @Test
    void aDeployMakesTwoCallsForEachObjectAndAtMostFifteenBesides() throws Exception {
        int objects = Shop.version("v", StrategyName.ROLLING).manifests().size();
        deployed(StrategyName.ROLLING);
        for (StrategyName strategy : StrategyName.values()) {
            int written = objects + (BESIDE.contains(strategy) ? OBJECTS_OF_A_CANDIDATE : 0);

            List<String> calls = undisturbed(strategy);

            Soak.figure("calls", "%s of %d objects: %d calls", strategy.written(), written, calls.size());
            assertThat(calls).as(strategy.written()).hasSizeLessThanOrEqualTo(2 * written + 15);
        }
    }

    @Test
    void whatElseTheClusterHoldsCostsNoCall() throws Exception {
        deployed(StrategyName.ROLLING);
        List<String> before = undisturbed(StrategyName.ROLLING);
        crowd(CUSTOM_KINDS, OTHER_PODS);

        List<String> after = undisturbed(StrategyName.ROLLING);

        Soak.figure(
                "calls",
                "rolling: %d calls, with %d custom kinds and %d other pods %d",
                before.size(),
                CUSTOM_KINDS,
                OTHER_PODS,
                after.size());
        assertThat(after).isEqualTo(before);
    }

    private void crowd(int kinds, int pods) {
        for (int i = 0; i < kinds; i++) {
            ObjectNode unused = hollow.store()
                    .create(
                            CUSTOM,
                            "",
                            Shop.object("""
                    apiVersion: apiextensions.k8s.io/v1
                    kind: CustomResourceDefinition
                    metadata: {name: widgets%d.example.com}
                    spec:
                      group: example.com
                      scope: Namespaced
                      names: {plural: widgets%d, singular: widget%d, kind: Widget%d, listKind: Widget%dList}
                      versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
                    """.replace("%d", Integer.toString(i))).tree());
        }
        for (int i = 0; i < pods; i++) {
            ObjectNode unused = hollow.store()
                    .create(
                            ResourceTypes.POD,
                            i % 2 == 0 ? "dev" : "default",
                            Shop.object("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: other-%d, labels: {app: other}}
                    spec: {nodeName: elsewhere, containers: [{name: app, image: other}]}
                    """.formatted(i)).tree());
        }
    }

    /** What a deploy asks whose writes meet none of a controller's: each that does honestly costs a read and a write more. */
    private List<String> undisturbed(StrategyName strategy) throws Exception {
        Asked asked = deployed(strategy);
        while (asked.conflicts() > 0) {
            asked = deployed(strategy);
        }
        return kinds(asked.calls());
    }

    /**
     * The calls of a deploy.
     *
     * @param conflicts how many were refused because the object had been changed
     */
    private record Asked(List<ApiProxy.Call> calls, int conflicts) {}

    /** Lets everything pass and counts what is refused because of a conflict. */
    private static final class Conflicts implements ApiProxy.Meddler {
        private final AtomicInteger seen = new AtomicInteger();

        @Override
        public ApiProxy.Deed meet(ApiProxy.Call call) {
            return ApiProxy.Deed.PASS;
        }

        @Override
        public void answered(ApiProxy.Call call, int status) {
            if (status == 409) {
                seen.incrementAndGet();
            }
        }
    }

    /** What was asked, without the names of releases; watches are opened beside the rest, in any order. */
    private static List<String> kinds(List<ApiProxy.Call> calls) {
        List<ApiProxy.Call> locking =
                calls.stream().filter(call -> call.aboutLock() && call.writes()).toList();
        int taken = locking.get(0).number();
        int givenBack = locking.get(locking.size() - 1).number();
        return calls.stream()
                // A renewal may read the Lease before it writes it.
                .filter(call -> !call.aboutLock() || call.number() <= taken || call.number() >= givenBack)
                // A rollout that takes long here has its pods' events watched.
                .filter(call -> !call.path().endsWith("/events"))
                .map(call -> call.method() + " " + call.path().replaceAll("-[rv]\\d+", "")
                        + (call.watches() ? " watch" : ""))
                .sorted()
                .toList();
    }

    private Asked deployed(StrategyName strategy) throws Exception {
        ReleaseSpec spec = Shop.version("v" + ++versions, strategy);
        Conflicts conflicts = new Conflicts();
        try (ApiProxy proxy = new ApiProxy(hollow, conflicts);
                Cluster cluster =
                        TestConnections.quick(proxy.kubeconfig(folder.resolve("proxied")), Duration.ofSeconds(12))) {
            DeployOutcome outcome = new DeployService(
                            cluster,
                            EventSink.none(),
                            new SystemPace(),
                            (target, ask) -> new HttpReply(200, ""),
                            new DiagnosisFinder(cluster),
                            "calls")
                    .deploy(spec, Shop.quick(strategy, DeployOptions.LEASE));
            assertThat(outcome.replicas()).isEqualTo(3);
            assertThat(cluster.list(Kind.DEPLOYMENT, "dev", Map.of()).items()).hasSize(1);
            List<ApiProxy.Call> calls = List.copyOf(proxy.calls());
            return new Asked(calls.subList(0, calls.size() - 1), conflicts.seen.get());
        }
    }
}
