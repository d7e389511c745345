package dev.relevo.deploy.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.Shop;
import dev.relevo.deploy.SimulatedClient;
import dev.relevo.deploy.SimulatedCluster;
import dev.relevo.deploy.lock.Fence;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReleaseHistoryTest {
    private final SimulatedCluster cluster = new SimulatedCluster();
    private final SimulatedClient client = new SimulatedClient(cluster);
    private final ReleaseHistory history = new ReleaseHistory(client, Shop.APP);
    private final Writer writer = new Writer(client, new OpenFence());

    @Test
    void aReleaseComesBackAsItWas() {
        ReleaseRecord record = record(1, Shop.version("v1", StrategyName.CANARY, Shop.ROUTE));

        history.write(record, writer);

        assertThat(history.read()).containsExactly(record);
        KubeObject secret = secrets().get(0);
        assertThat(secret.at("/type").asText()).isEqualTo("relevo.dev/release");
        assertThat(secret.labels())
                .containsEntry("relevo.dev/app", "shop")
                .containsEntry("relevo.dev/status", "pending");
    }

    @Test
    void aReleaseTooLargeForOneSecretIsCutIntoSeveralAndComesBackAsItWas() {
        ReleaseRecord record = record(1, large());

        history.write(record, writer);

        assertThat(secrets())
                .hasSizeGreaterThan(2)
                .allSatisfy(secret ->
                        assertThat(secret.at("/data/release").asText().length()).isLessThan(900_000));
        assertThat(history.read()).containsExactly(record);
        history.forget(1, writer);
        assertThat(secrets()).isEmpty();
    }

    @Test
    void aReleaseWhoseWriterDiedInBetweenIsNotThere() {
        for (int at = 1; at <= 3; at++) {
            SimulatedCluster fresh = new SimulatedCluster();
            SimulatedClient dying = new SimulatedClient(fresh).dyingAt(at, false);
            assertThatThrownBy(() -> new ReleaseHistory(dying, Shop.APP)
                            .write(record(1, large()), new Writer(dying, new OpenFence())))
                    .isInstanceOf(SimulatedClient.Killed.class);
            assertThat(new ReleaseHistory(new SimulatedClient(fresh), Shop.APP).read())
                    .isEmpty();
        }
    }

    @Test
    void onlyStatusAndUidsChangeLater() {
        ReleaseRecord record = record(1, Shop.version("v1", StrategyName.ROLLING));
        history.write(record, writer);
        String content = secrets().get(0).at("/data/release").asText();
        ObjectRef ref = new ObjectRef(Kind.SERVICE, "dev", "shop");

        history.write(new ReleaseRecord(record.release(), ReleaseStatus.DEPLOYED, Map.of(ref, "u-1")), writer);
        history.mark(1, ReleaseStatus.SUPERSEDED, writer);
        history.mark(9, ReleaseStatus.FAILED, writer);

        assertThat(history.read())
                .containsExactly(new ReleaseRecord(record.release(), ReleaseStatus.SUPERSEDED, Map.of(ref, "u-1")));
        assertThat(secrets().get(0).at("/data/release").asText()).isEqualTo(content);
    }

    @Test
    void objectsOfOneNameWhoseKindsDifferOnlyInTheirGroupKeepTheirUids() {
        Map<ObjectRef, String> uids = Map.of(
                new ObjectRef(Kind.SERVICE, "dev", "shop"), "u-1",
                new ObjectRef(new Kind("serving.knative.dev/v1", "Service"), "dev", "shop"), "u-2");
        ReleaseRecord record = record(1, Shop.version("v1", StrategyName.ROLLING));

        history.write(new ReleaseRecord(record.release(), ReleaseStatus.PENDING, uids), writer);

        assertThat(history.read().get(0).uids()).isEqualTo(uids);
    }

    @Test
    void aDamagedRecordIsNamedInsteadOfRead() {
        history.write(record(1, Shop.version("v1", StrategyName.ROLLING)), writer);
        cluster.store()
                .update(secrets().get(0).with(tree -> Marks.child(tree, "data").put("release", "AAAA")));

        assertThatThrownBy(history::read)
                .hasMessageContaining("RLV-712")
                .hasMessageContaining("relevo-shop-r1")
                .hasMessageContaining("checksum");
    }

    private java.util.List<KubeObject> secrets() {
        return cluster.store().list(Kind.SECRET, "dev", Map.of());
    }

    private static ReleaseRecord record(int number, ReleaseSpec spec) {
        return new ReleaseRecord(
                new Release(number, Instant.parse("2026-01-01T00:00:00Z"), spec), ReleaseStatus.PENDING, Map.of());
    }

    /** Incompressible content of more than a Secret may hold. */
    private static ReleaseSpec large() {
        byte[] noise = new byte[1_200_000];
        new Random(1).nextBytes(noise);
        String data = Base64.getEncoder().encodeToString(noise);
        return Shop.version(
                "v1",
                StrategyName.ROLLING,
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: big, namespace: dev}, data: {noise: \"" + data
                        + "\"}}");
    }

    private static final class OpenFence implements Fence {
        @Override
        public void check() {}

        @Override
        public void keep() {}
    }
}
