package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

/** Kinds that are served in more than one version. */
class VersionsTest extends ConformanceSuite {
    private String newEvents() {
        return cluster.path("events.k8s.io/v1", "events");
    }

    @Test
    void anEventIsTheSameInBothGroups() {
        String involved = "{kind: Pod, name: p, namespace: " + cluster.namespace() + "}";
        cluster.post(
                        cluster.path("v1", "events"),
                        "{metadata: {name: seen}, involvedObject: " + involved + ", reason: Tried, message: did it,"
                                + " type: Normal, source: {component: tester}, count: 3,"
                                + " firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:01Z'}")
                .ok();
        Answer event = cluster.get(newEvents() + "/seen").ok();
        assertThat(event.text("/apiVersion")).isEqualTo("events.k8s.io/v1");
        assertThat(event.text("/regarding/name")).isEqualTo("p");
        assertThat(event.text("/note")).isEqualTo("did it");
        assertThat(event.text("/deprecatedSource/component")).isEqualTo("tester");
        assertThat(event.at("/deprecatedCount").asInt()).isEqualTo(3);
        assertThat(event.text("/deprecatedLastTimestamp")).isEqualTo("2026-01-01T00:00:01Z");
        assertThat(cluster.get(newEvents()).ok().at("/items")).isNotEmpty();
        cluster.delete(newEvents() + "/seen").ok();
        cluster.get(cluster.path("v1", "events") + "/seen").refused(404, "NotFound");
    }

    @Test
    void anEventOfTheNewGroupIsSeenInTheOld() {
        cluster.post(
                        newEvents(),
                        "{metadata: {name: told}, regarding: {kind: Pod, name: p, namespace: " + cluster.namespace()
                                + "}, reason: Tried, note: did it, type: Normal, action: Try, eventTime:"
                                + " '2026-01-01T00:00:00.000000Z', reportingController: example.com/tester,"
                                + " reportingInstance: one}")
                .ok();
        Answer event = cluster.get(cluster.path("v1", "events") + "/told").ok();
        assertThat(event.text("/involvedObject/name")).isEqualTo("p");
        assertThat(event.text("/message")).isEqualTo("did it");
        assertThat(event.text("/reportingComponent")).isEqualTo("example.com/tester");
        assertThat(event.text("/action")).isEqualTo("Try");
    }

    @Test
    void anAutoscalerOfVersionOneIsOneOfVersionTwo() {
        String one = cluster.path("autoscaling/v1", "horizontalpodautoscalers");
        String two = cluster.path("autoscaling/v2", "horizontalpodautoscalers");
        Answer created = cluster.post(
                        one,
                        "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: scaled}, spec:"
                                + " {maxReplicas: 5, targetCPUUtilizationPercentage: 70, scaleTargetRef: {apiVersion:"
                                + " apps/v1, kind: Deployment, name: web}}}")
                .ok();
        assertThat(created.text("/apiVersion")).isEqualTo("autoscaling/v1");
        assertThat(created.at("/spec/targetCPUUtilizationPercentage").asInt()).isEqualTo(70);
        Answer metric = cluster.get(two + "/scaled").ok();
        assertThat(metric.text("/spec/metrics/0/resource/name")).isEqualTo("cpu");
        assertThat(metric.at("/spec/metrics/0/resource/target/averageUtilization")
                        .asInt())
                .isEqualTo(70);
        ObjectNode read = (ObjectNode) cluster.get(one + "/scaled").ok().body();
        read.withObjectProperty("spec").put("targetCPUUtilizationPercentage", 60);
        cluster.put(one + "/scaled", read).ok();
        assertThat(cluster.get(two + "/scaled")
                        .at("/spec/metrics/0/resource/target/averageUtilization")
                        .asInt())
                .isEqualTo(60);
        cluster.apply(
                        one + "/applied",
                        "me",
                        "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: applied}, spec:"
                                + " {maxReplicas: 3, targetCPUUtilizationPercentage: 50, scaleTargetRef: {apiVersion:"
                                + " apps/v1, kind: Deployment, name: web}}}")
                .ok();
        Answer again = cluster.apply(
                        one + "/applied",
                        "me",
                        "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: applied}, spec:"
                                + " {maxReplicas: 4, targetCPUUtilizationPercentage: 55, scaleTargetRef: {apiVersion:"
                                + " apps/v1, kind: Deployment, name: web}}}")
                .ok();
        assertThat(again.at("/spec/maxReplicas").asInt()).isEqualTo(4);
        assertThat(cluster.get(two + "/applied")
                        .at("/spec/metrics/0/resource/target/averageUtilization")
                        .asInt())
                .isEqualTo(55);
    }
}
