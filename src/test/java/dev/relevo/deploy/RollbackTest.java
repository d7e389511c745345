package dev.relevo.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.Json;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.soak.Soak;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A release that comes back is the release that was: every object of it, byte for byte, and nothing of what came after. */
class RollbackTest {
    private static final List<Kind> KINDS = List.of(
            Kind.DEPLOYMENT,
            Kind.SERVICE,
            Kind.CONFIG_MAP,
            Kind.POD_DISRUPTION_BUDGET,
            Kind.HORIZONTAL_POD_AUTOSCALER,
            Kind.HTTP_ROUTE);

    private int histories;
    private int rollbacks;
    private int objects;

    @Test
    void aRollbackBringsTemplateConfigurationRoutesScalingAndBudgetBackAsTheyWere() {
        Soak.seeds(50).forEach(this::history);
        Soak.figure(
                "rollback",
                "%d histories, %d rollbacks, %d objects the same byte for byte",
                histories,
                rollbacks,
                objects);
    }

    private void history(long seed) {
        Random random = new Random(seed);
        SimulatedCluster cluster = new SimulatedCluster();
        RandomReleases releases = new RandomReleases(random);
        Map<Integer, Map<String, String>> asStored = new TreeMap<>();
        int length = 3 + random.nextInt(4);
        for (int i = 0; i < length; i++) {
            Release release = cluster.deployer(new SimulatedClient(cluster))
                    .deploy(releases.next(), options(StrategyName.ROLLING))
                    .release();
            cluster.pass(Duration.ofSeconds(8));
            asStored.put(release.number(), stored(cluster, release.spec()));
        }
        histories++;
        for (int i = 0; i < 2; i++) {
            int to = 1 + random.nextInt(length);
            StrategyName way = StrategyName.values()[random.nextInt(StrategyName.values().length)];
            Release back = cluster.deployer(new SimulatedClient(cluster))
                    .rollback(Shop.APP, OptionalInt.of(to), options(way))
                    .release();
            cluster.pass(Duration.ofSeconds(8));
            rollbacks++;
            Map<String, String> now = stored(cluster, back.spec());
            objects += now.size();
            String story = Soak.replay("rollback", seed) + ", back to release " + to + " by " + way;
            Map<String, String> then = Objects.requireNonNull(asStored.get(to));
            assertThat(now.keySet()).as(story).isEqualTo(then.keySet());
            now.forEach((object, stored) ->
                    assertThat(stored).as(story + ": " + object).isEqualTo(then.get(object)));
        }
    }

    /** What the cluster holds of the app, without what the server sets and without the number of the release. */
    private static Map<String, String> stored(SimulatedCluster cluster, ReleaseSpec spec) {
        Map<String, String> all = new TreeMap<>();
        for (KubeObject object : cluster.store().all()) {
            boolean ofAnother = object.at("/immutable").asBoolean()
                    && spec.manifest(object.ref()).isEmpty();
            if (KINDS.contains(object.kind()) && !ofAnother) {
                all.put(object.ref().toString(), Json.canonical(withoutServersFields(object, spec.autoscaled())));
            }
        }
        return all;
    }

    private static ObjectNode withoutServersFields(KubeObject object, boolean autoscaled) {
        ObjectNode tree = object.tree();
        tree.remove("status");
        ObjectNode metadata = Marks.child(tree, "metadata");
        metadata.remove(List.of("uid", "resourceVersion", "generation", "managedFields", "creationTimestamp"));
        Marks.child(metadata, "annotations").remove(Marks.RELEASE);
        if (autoscaled && object.kind().equals(Kind.DEPLOYMENT)) {
            Marks.child(tree, "spec").remove("replicas");
        }
        return tree;
    }

    private static DeployOptions options(StrategyName way) {
        return Shop.options(way, Shop.settings(false, 12), DeployOptions.LEASE);
    }
}
