package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatchTest extends ConformanceSuite {
    private static final String CONTAINERS = "/spec/template/spec/containers";

    private String create(String name) {
        cluster.post(deployments(), deployment(name)).ok();
        return deployments() + "/" + name;
    }

    private static List<String> names(JsonNode items) {
        List<String> names = new ArrayList<>();
        items.forEach(item -> names.add(item.path("name").asText()));
        return names;
    }

    @Test
    void jsonPatchDoesAllItsOperations() {
        createConfigMap("json", "{a: '1', b: '2', c: '3'}");
        Answer patched = cluster.patch("json", configMaps() + "/json", """
                        - {op: test, path: /data/a, value: '1'}
                        - {op: add, path: /data/d, value: '4'}
                        - {op: replace, path: /data/a, value: one}
                        - {op: remove, path: /data/b}
                        - {op: copy, from: /data/a, path: /data/e}
                        - {op: move, from: /data/c, path: /data/f}
                        """).ok();
        assertThat(patched.at("/data")).isEqualTo(TestCluster.yaml("{a: one, d: '4', e: one, f: '3'}"));
    }

    @Test
    void jsonPatchIsRefusedAsAWhole() {
        createConfigMap("atomic", "{a: '1'}");
        String path = configMaps() + "/atomic";
        Answer test = cluster.patch(
                "json", path, "[{op: add, path: /data/b, value: x}, {op: test, path: /data/a, value: other}]");
        assertThat(test.code()).isEqualTo(422);
        assertThat(test.text("/reason")).isEqualTo("Invalid");
        Answer missing = cluster.patch("json", path, "[{op: remove, path: /data/none}]");
        assertThat(missing.code()).isEqualTo(422);
        assertThat(cluster.get(path).at("/data")).isEqualTo(TestCluster.yaml("{a: '1'}"));
    }

    @Test
    void mergePatchMergesMapsAndReplacesLists() {
        String path = create("merge");
        Answer patched = cluster.patch(
                        "merge",
                        path,
                        "{metadata: {labels: {app: null, more: x}}, spec: {template: {spec: {containers: [{name: other,"
                                + " image: b}]}}}}")
                .ok();
        assertThat(patched.at("/metadata/labels")).isEqualTo(TestCluster.yaml("{more: x}"));
        assertThat(names(patched.at(CONTAINERS))).containsExactly("other");
    }

    @Test
    void patchesAreConditionalOnTheVersionThatTheyName() {
        Answer created = createConfigMap("conditional", "{}");
        String path = configMaps() + "/conditional";
        cluster.patch("merge", path, "{metadata: {resourceVersion: '" + created.version() + "'}, data: {a: b}}")
                .ok();
        cluster.patch("merge", path, "{metadata: {resourceVersion: '" + created.version() + "'}, data: {a: c}}")
                .refused(409, "Conflict");
    }

    @Test
    void strategicMergeKnowsTheKeysOfLists() {
        String path = create("strategic");
        Answer patched = cluster.patch("strategic-merge", path, """
                        spec:
                          template:
                            spec:
                              containers:
                              - {name: web, env: [{name: A, value: '1'}, {name: B, value: '2'}]}
                              - {name: side, image: 'side:1'}
                        """).ok();
        assertThat(names(patched.at(CONTAINERS))).containsExactlyInAnyOrder("web", "side");
        JsonNode web = byName(patched.at(CONTAINERS), "web");
        assertThat(web.path("image").asText()).isEqualTo("example.com/web:1");
        assertThat(web.at("/ports/0/containerPort").asInt()).isEqualTo(80);
        assertThat(names(web.path("env"))).containsExactly("A", "B");
    }

    private static JsonNode byName(JsonNode items, String name) {
        for (JsonNode item : items) {
            if (item.path("name").asText().equals(name)) {
                return item;
            }
        }
        throw new AssertionError(name + " is not in " + items);
    }

    @Test
    void strategicMergeDeletesAndReplacesByDirective() {
        String path = create("directives");
        cluster.patch(
                        "strategic-merge",
                        path,
                        "{spec: {template: {spec: {containers: [{name: side, image: 's:1'}, {name: third, image: 't:1'}]}}}}")
                .ok();
        Answer deleted = cluster.patch(
                        "strategic-merge",
                        path,
                        "{spec: {template: {spec: {containers: [{name: side, $patch: delete}]}}}}")
                .ok();
        assertThat(names(deleted.at(CONTAINERS))).containsExactlyInAnyOrder("web", "third");
        Answer replaced = cluster.patch(
                        "strategic-merge",
                        path,
                        "{spec: {template: {spec: {containers: [{$patch: replace}, {name: new, image: 'n:1'}]}}}}")
                .ok();
        assertThat(names(replaced.at(CONTAINERS))).containsExactly("new");
        Answer labels = cluster.patch("strategic-merge", path, "{metadata: {labels: {$patch: replace, only: this}}}")
                .ok();
        assertThat(labels.at("/metadata/labels")).isEqualTo(TestCluster.yaml("{only: this}"));
    }

    @Test
    void strategicMergeOrdersLists() {
        String path = create("order");
        cluster.patch(
                        "strategic-merge",
                        path,
                        "{spec: {template: {spec: {containers: [{name: b, image: 'b:1'}, {name: c, image: 'c:1'}]}}}}")
                .ok();
        Answer ordered = cluster.patch("strategic-merge", path, """
                        spec:
                          template:
                            spec:
                              $setElementOrder/containers: [{name: c}, {name: b}, {name: web}]
                              containers: [{name: b, image: 'b:2'}]
                        """).ok();
        assertThat(names(ordered.at(CONTAINERS))).containsExactly("c", "b", "web");
        assertThat(byName(ordered.at(CONTAINERS), "b").path("image").asText()).isEqualTo("b:2");
    }

    @Test
    void strategicMergeRetainsKeysAndEmptiesStructures() {
        String path = create("retain");
        Answer patched = cluster.patch(
                        "strategic-merge", path, "{spec: {strategy: {$retainKeys: [type], type: Recreate}}}")
                .ok();
        assertThat(patched.at("/spec/strategy")).isEqualTo(TestCluster.yaml("{type: Recreate}"));
    }

    @Test
    void strategicMergeTreatsListsOfValues() {
        cluster.post(configMaps(), "{metadata: {name: finalizers, finalizers: [test.io/a, test.io/b]}}")
                .ok();
        String path = configMaps() + "/finalizers";
        Answer merged = cluster.patch("strategic-merge", path, "{metadata: {finalizers: [test.io/c]}}")
                .ok();
        assertThat(merged.at("/metadata/finalizers")).hasSize(3);
        Answer deleted = cluster.patch(
                        "strategic-merge", path, "{metadata: {$deleteFromPrimitiveList/finalizers: [test.io/b]}}")
                .ok();
        assertThat(deleted.at("/metadata/finalizers").toString()).isEqualTo("[\"test.io/c\",\"test.io/a\"]");
        cluster.patch("merge", path, "{metadata: {finalizers: null}}").ok();
    }

    @Test
    void refusesOtherPatches() {
        createConfigMap("unpatchable", "{}");
        Answer refused =
                cluster.send("PATCH", configMaps() + "/unpatchable", "{}", "application/json", "application/json");
        assertThat(refused.code()).isEqualTo(415);
        assertThat(refused.text("/reason")).isEqualTo("UnsupportedMediaType");
        cluster.patch("merge", configMaps() + "/nobody", "{data: {a: b}}").refused(404, "NotFound");
        cluster.patch("merge", configMaps() + "/unpatchable", "{metadata: {name: renamed}}")
                .refused(400, "BadRequest");
    }
}
