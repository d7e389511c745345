package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SubresourceTest extends ConformanceSuite {
    @BeforeAll
    void createServiceAccount() {
        cluster.post(cluster.path("v1", "serviceaccounts"), "{metadata: {name: default}}");
    }

    private String pods() {
        return cluster.path("v1", "pods");
    }

    private void createPod(String name) {
        cluster.post(
                        pods(),
                        "{metadata: {name: " + name
                                + "}, spec: {schedulerName: nobody, containers: [{name: c, image: 'i:1'}]}}")
                .ok();
    }

    @Test
    void writesOfTheObjectLeaveItsStatusAlone() {
        createPod("divided");
        String path = pods() + "/divided";
        cluster.patch("merge", path, "{status: {message: ignored}}").ok();
        assertThat(cluster.get(path).at("/status/message").isMissingNode()).isTrue();
        Answer status = cluster.patch("merge", path + "/status", "{status: {message: seen}, spec: {nodeName: x}}")
                .ok();
        assertThat(status.text("/status/message")).isEqualTo("seen");
        assertThat(status.at("/spec/nodeName").isMissingNode()).isTrue();
        assertThat(cluster.get(path + "/status").text("/status/message")).isEqualTo("seen");
        ObjectNode object = (ObjectNode) cluster.get(path).body();
        object.withObjectProperty("status").put("message", "put");
        assertThat(cluster.put(path + "/status", object).ok().text("/status/message"))
                .isEqualTo("put");
    }

    @Test
    void aNewObjectHasNoStatusOfItsCreator() {
        Answer created = cluster.post(deployments(), deployment("claims") + "status: {replicas: 7}\n")
                .ok();
        assertThat(created.at("/status")).isEqualTo(TestCluster.yaml("{}"));
    }

    @Test
    void strategicMergeMergesConditions() {
        createPod("conditions");
        String path = pods() + "/conditions/status";
        cluster.patch("strategic-merge", path, "{status: {conditions: [{type: A, status: 'True'}]}}")
                .ok();
        Answer both = cluster.patch("strategic-merge", path, "{status: {conditions: [{type: B, status: 'False'}]}}")
                .ok();
        assertThat(both.at("/status/conditions").findValuesAsText("type")).contains("A", "B");
    }

    @Test
    void scalesAWorkload() {
        cluster.post(deployments(), deployment("scaled")).ok();
        String scale = deployments() + "/scaled/scale";
        Answer read = cluster.get(scale).ok();
        assertThat(read.text("/kind")).isEqualTo("Scale");
        assertThat(read.text("/apiVersion")).isEqualTo("autoscaling/v1");
        assertThat(read.at("/spec/replicas").asInt(0)).isZero();
        assertThat(read.text("/status/selector")).isEqualTo("app=scaled");
        ObjectNode wanted = (ObjectNode) read.body();
        wanted.withObjectProperty("spec").put("replicas", 2);
        wanted.withObjectProperty("metadata").remove("resourceVersion");
        assertThat(cluster.put(scale, wanted).ok().at("/spec/replicas").asInt()).isEqualTo(2);
        assertThat(cluster.get(deployments() + "/scaled").at("/spec/replicas").asInt())
                .isEqualTo(2);
        Answer patched = cluster.patch("merge", scale, "{spec: {replicas: 1}}").ok();
        assertThat(patched.at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(cluster.patch("merge", scale, "{spec: {replicas: -1}}").code())
                .isEqualTo(422);
        assertThat(cluster.patch("merge", scale, "{metadata: {resourceVersion: '1'}, spec: {replicas: 1}}")
                        .code())
                .isEqualTo(409);
    }

    @Test
    void evictsAPod() {
        createPod("evicted");
        Answer evicted = cluster.post(
                        pods() + "/evicted/eviction",
                        "{apiVersion: policy/v1, kind: Eviction, metadata: {name: evicted}}")
                .ok();
        assertThat(evicted.text("/status")).isEqualTo("Success");
        cluster.get(pods() + "/evicted").refused(404, "NotFound");
    }

    @Test
    void bindsAPodOnce() {
        createPod("bound");
        String binding = "{apiVersion: v1, kind: Binding, metadata: {name: bound}, target: {kind: Node, name: node-1}}";
        cluster.post(pods() + "/bound/binding", binding).ok();
        assertThat(cluster.get(pods() + "/bound").text("/spec/nodeName")).isEqualTo("node-1");
        Answer again = cluster.post(pods() + "/bound/binding", binding).refused(409, "Conflict");
        assertThat(again.message()).contains("pod bound is already assigned to node \"node-1\"");
    }

    @Test
    void saysWhyThereIsNoLog() {
        createPod("silent");
        Answer container = cluster.get(pods() + "/silent/log?container=other").refused(400, "BadRequest");
        assertThat(container.message()).isEqualTo("container other is not valid for pod silent");
        cluster.get(pods() + "/absent/log").refused(404, "NotFound");
    }

    @Test
    void knowsNoOtherSubresources() {
        createConfigMap("plain", "{}");
        assertThat(cluster.get(configMaps() + "/plain/status").code()).isEqualTo(404);
        assertThat(cluster.get(configMaps() + "/plain/scale").code()).isEqualTo(404);
    }
}
