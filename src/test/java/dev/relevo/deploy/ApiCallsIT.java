package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.TestConnections;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.report.EventSink;
import dev.relevo.soak.Soak;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much a deploy asks of the API server, whatever else that holds. */
@Timeout(120)
class ApiCallsIT {
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
    void aDeployMakesFewCalls() throws Exception {
        deployed(StrategyName.ROLLING);
        for (StrategyName strategy : StrategyName.values()) {
            List<ApiProxy.Call> calls = deployed(strategy);
            calls.forEach(call -> System.out.println("   " + call));
            Soak.figure("calls", "%s %d", strategy, calls.size());
        }
        assertThat(versions).isEqualTo(5);
    }

    private List<ApiProxy.Call> deployed(StrategyName strategy) throws Exception {
        ReleaseSpec spec = Shop.version("v" + ++versions, strategy);
        try (ApiProxy proxy = new ApiProxy(hollow, call -> ApiProxy.Deed.PASS);
                Cluster cluster = TestConnections.quick(
                        proxy.kubeconfig(folder.resolve("proxied")), Duration.ofSeconds(12))) {
            DeployOutcome outcome = new DeployService(
                            cluster,
                            EventSink.none(),
                            new SystemPace(),
                            (target, ask) -> new dev.relevo.verify.HttpReply(200, ""),
                            new DiagnosisFinder(cluster),
                            "calls")
                    .deploy(spec, Shop.quick(strategy, DeployOptions.LEASE));
            assertThat(outcome.replicas()).isEqualTo(3);
            assertThat(cluster.list(Kind.DEPLOYMENT, "dev", java.util.Map.of()).items()).hasSize(1);
            return List.copyOf(proxy.calls()).subList(0, proxy.calls().size() - 1);
        }
    }
}
