package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerSideApplyTest extends ConformanceSuite {
    private static final String CONFIG_MAP = "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: %s}";

    private String path(String name) {
        return configMaps() + "/" + name;
    }

    private Answer apply(String name, String manager, String data) {
        return cluster.apply(path(name), manager, CONFIG_MAP.formatted(name, data));
    }

    /** The entries as {@code manager operation subresource}. */
    private static List<String> owners(Answer answer) {
        List<String> owners = new ArrayList<>();
        for (JsonNode entry : answer.at("/metadata/managedFields")) {
            owners.add((entry.path("manager").asText() + " "
                            + entry.path("operation").asText() + " "
                            + entry.path("subresource").asText(""))
                    .strip());
        }
        return owners;
    }

    private static JsonNode fields(Answer answer, String manager) {
        return entry(answer, manager).path("fieldsV1");
    }

    private static JsonNode entry(Answer answer, String manager) {
        for (JsonNode entry : answer.at("/metadata/managedFields")) {
            if (entry.path("manager").asText().equals(manager)) {
                return entry;
            }
        }
        throw new AssertionError(manager + " owns nothing in " + answer.body());
    }

    @Test
    void createsWhatIsMissingAndRecordsTheOwner() {
        Answer created = apply("created", "alice", "{a: '1'}");
        assertThat(created.code()).isEqualTo(201);
        assertThat(owners(created)).containsExactly("alice Apply");
        assertThat(fields(created, "alice")).isEqualTo(TestCluster.yaml("{'f:data': {'f:a': {}}}"));
        JsonNode entry = created.at("/metadata/managedFields/0");
        assertThat(entry.path("apiVersion").asText()).isEqualTo("v1");
        assertThat(entry.path("fieldsType").asText()).isEqualTo("FieldsV1");
        assertThat(entry.path("time").asText()).endsWith("Z");
        Answer again = apply("created", "alice", "{a: '1'}");
        assertThat(again.code()).isEqualTo(200);
        assertThat(again.version()).isEqualTo(created.version());
    }

    @Test
    void whatIsAppliedAgainIsNoWriteThoughDefaultsHaveFilledItUp() {
        String path = cluster.path("apps/v1", "deployments") + "/again";
        String deployment = """
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: again}, spec: {replicas: 0,
                 selector: {matchLabels: {app: again}}, template: {metadata: {labels: {app: again}},
                 spec: {containers: [{name: web, image: 'localhost/web:1',
                 env: [{name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}]}}}}""";
        JsonNode before = entry(cluster.apply(path, "alice", deployment).ok(), "alice");
        awaitTheSecondAfter(Instant.parse(before.path("time").asText()));

        JsonNode after = entry(cluster.apply(path, "alice", deployment).ok(), "alice");

        assertThat(after).isEqualTo(before);
    }

    /** The times of managedFields are whole seconds. */
    private static void awaitTheSecondAfter(Instant written) {
        while (Instant.now().isBefore(written.plusSeconds(1))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aVersionInWhatIsAppliedMakesItBeThereInThatVersionOrNotAtAll() {
        String made = "{apiVersion: v1, kind: ConfigMap, metadata: {name: once, resourceVersion: '1'}, data: {a: '1'}}";
        assertThat(cluster.apply(path("once"), "alice", made).code()).isEqualTo(201);
        Answer again = cluster.apply(path("once"), "alice", made).refused(409, "Conflict");
        assertThat(again.message()).contains("the object has been modified");
        String ofAnother = "{apiVersion: v1, kind: ConfigMap, metadata: {name: gone, uid: u-1, resourceVersion: '1'}}";
        assertThat(cluster.apply(path("gone"), "alice", ofAnother)
                        .refused(409, "Conflict")
                        .message())
                .contains("uid mismatch: the provided object specified uid u-1, and no existing object was found");
    }

    @Test
    void removesWhatItsManagerNoLongerStates() {
        apply("removal", "alice", "{a: '1', b: '2'}").ok();
        cluster.patch("merge", path("removal"), "{data: {c: '3'}}").ok();
        Answer after = apply("removal", "alice", "{a: '1'}").ok();
        assertThat(after.at("/data")).isEqualTo(TestCluster.yaml("{a: '1', c: '3'}"));
    }

    @Test
    void conflictsWithTheOwnerOfAField() {
        apply("conflict", "alice", "{a: '1', b: '1'}").ok();
        Answer one = apply("conflict", "bob", "{a: '2'}").refused(409, "Conflict");
        assertThat(one.message()).isEqualTo("Apply failed with 1 conflict: conflict with \"alice\": .data.a");
        assertThat(one.text("/details/causes/0/reason")).isEqualTo("FieldManagerConflict");
        assertThat(one.text("/details/causes/0/message")).isEqualTo("conflict with \"alice\"");
        assertThat(one.text("/details/causes/0/field")).isEqualTo(".data.a");
        Answer two = apply("conflict", "bob", "{a: '2', b: '2'}").refused(409, "Conflict");
        assertThat(two.message())
                .isEqualTo("Apply failed with 2 conflicts: conflicts with \"alice\":\n- .data.a\n- .data.b");
    }

    @Test
    void namesTheVersionOfAnUpdateInAConflict() {
        cluster.post(configMaps() + "?fieldManager=editor", "{metadata: {name: edited}, data: {a: '1'}}")
                .ok();
        Answer refused = apply("edited", "alice", "{a: '2'}").refused(409, "Conflict");
        assertThat(refused.message())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"editor\" using v1: .data.a");
    }

    @Test
    void takesFieldsByForce() {
        apply("forced", "alice", "{a: '1', b: '1'}").ok();
        Answer forced = cluster.applyForced(path("forced"), "bob", CONFIG_MAP.formatted("forced", "{a: '2'}"))
                .ok();
        assertThat(forced.at("/data")).isEqualTo(TestCluster.yaml("{a: '2', b: '1'}"));
        assertThat(fields(forced, "alice")).isEqualTo(TestCluster.yaml("{'f:data': {'f:b': {}}}"));
        assertThat(fields(forced, "bob")).isEqualTo(TestCluster.yaml("{'f:data': {'f:a': {}}}"));
    }

    @Test
    void sharesFieldsOnWhichManagersAgree() {
        apply("shared", "alice", "{a: '1'}").ok();
        Answer shared = apply("shared", "bob", "{a: '1'}").ok();
        assertThat(owners(shared)).containsExactlyInAnyOrder("alice Apply", "bob Apply");
        Answer kept = apply("shared", "alice", "{}").ok();
        assertThat(kept.text("/data/a")).isEqualTo("1");
        Answer gone = apply("shared", "bob", "{}").ok();
        assertThat(gone.at("/data/a").isMissingNode()).isTrue();
    }

    @Test
    void updatesTakeTheFieldsThatTheyChange() {
        apply("taken", "alice", "{a: '1', b: '1'}").ok();
        Answer updated = cluster.patch("merge", path("taken") + "?fieldManager=editor", "{data: {a: '2'}}")
                .ok();
        assertThat(fields(updated, "alice")).isEqualTo(TestCluster.yaml("{'f:data': {'f:b': {}}}"));
        assertThat(fields(updated, "editor")).isEqualTo(TestCluster.yaml("{'f:data': {'f:a': {}}}"));
        assertThat(owners(updated)).containsExactlyInAnyOrder("alice Apply", "editor Update");
    }

    @Test
    void mergesListsByTheirKeys() {
        String path = deployments() + "/lists";
        cluster.apply(path, "alice", deployment("lists")).ok();
        Answer sidecar = cluster.apply(path, "mesh", """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: lists}
                        spec: {template: {spec: {containers: [{name: proxy, image: 'proxy:1'}]}}}
                        """).ok();
        assertThat(sidecar.at("/spec/template/spec/containers")).hasSize(2);
        Answer again = cluster.apply(path, "alice", deployment("lists")).ok();
        assertThat(again.at("/spec/template/spec/containers")).hasSize(2);
        Answer without = cluster.apply(path, "mesh", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: lists}}")
                .ok();
        assertThat(without.at("/spec/template/spec/containers")).hasSize(1);
        Answer conflict = cluster.apply(path, "bob", """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: lists}
                        spec: {template: {spec: {containers: [{name: web, image: 'web:2'}]}}}
                        """).refused(409, "Conflict");
        assertThat(conflict.message())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"alice\":"
                        + " .spec.template.spec.containers[name=\"web\"].image");
    }

    @Test
    void recordsTheFieldsOfADeploymentLikeTheRealOne() {
        Answer applied = cluster.apply(deployments() + "/recorded", "alice", deployment("recorded"))
                .ok();
        assertThat(fields(applied, "alice")).isEqualTo(TestCluster.yaml("""
                        f:metadata: {f:labels: {f:app: {}}}
                        f:spec:
                          f:replicas: {}
                          f:selector: {}
                          f:template:
                            f:metadata: {f:labels: {f:app: {}}}
                            f:spec:
                              f:containers:
                                'k:{"name":"web"}':
                                  .: {}
                                  f:image: {}
                                  f:name: {}
                                  f:ports:
                                    'k:{"containerPort":80,"protocol":"TCP"}': {.: {}, f:containerPort: {}}
                        """));
    }

    @Test
    void recordsTheFieldsOfACreationLikeTheRealOne() {
        Answer created = cluster.post(deployments() + "?fieldManager=maker", deployment("made"))
                .ok();
        assertThat(fields(created, "maker")).isEqualTo(TestCluster.yaml("""
                        f:metadata: {f:labels: {.: {}, f:app: {}}}
                        f:spec:
                          f:progressDeadlineSeconds: {}
                          f:replicas: {}
                          f:revisionHistoryLimit: {}
                          f:selector: {}
                          f:strategy:
                            f:rollingUpdate: {.: {}, f:maxSurge: {}, f:maxUnavailable: {}}
                            f:type: {}
                          f:template:
                            f:metadata: {f:labels: {.: {}, f:app: {}}}
                            f:spec:
                              f:containers:
                                'k:{"name":"web"}':
                                  .: {}
                                  f:image: {}
                                  f:imagePullPolicy: {}
                                  f:name: {}
                                  f:ports:
                                    .: {}
                                    'k:{"containerPort":80,"protocol":"TCP"}': {.: {}, f:containerPort: {}, f:protocol: {}}
                                  f:resources: {}
                                  f:terminationMessagePath: {}
                                  f:terminationMessagePolicy: {}
                              f:dnsPolicy: {}
                              f:restartPolicy: {}
                              f:schedulerName: {}
                              f:securityContext: {}
                              f:terminationGracePeriodSeconds: {}
                        """));
    }

    @Test
    void recordsTheFieldsOfAServiceLikeTheRealOne() {
        Answer created = cluster.post(
                        cluster.path("v1", "services") + "?fieldManager=maker",
                        "{metadata: {name: recorded}, spec: {selector: {app: a}, ports: [{port: 80}]}}")
                .ok();
        assertThat(fields(created, "maker")).isEqualTo(TestCluster.yaml("""
                        f:spec:
                          f:internalTrafficPolicy: {}
                          f:ports:
                            .: {}
                            'k:{"port":80,"protocol":"TCP"}': {.: {}, f:port: {}, f:protocol: {}, f:targetPort: {}}
                          f:selector: {}
                          f:sessionAffinity: {}
                          f:type: {}
                        """));
    }

    @Test
    void recordsWhoOwnsTheStatus() {
        cluster.post(deployments() + "?fieldManager=maker", deployment("status-owner"))
                .ok();
        Answer patched = cluster.patch(
                        "merge",
                        deployments() + "/status-owner/status?fieldManager=controller",
                        "{status: {conditions: [{type: Progressing, status: 'True', lastUpdateTime:"
                                + " '2026-01-01T00:00:00Z', lastTransitionTime: '2026-01-01T00:00:00Z'}]}}")
                .ok();
        assertThat(owners(patched)).contains("controller Update status", "maker Update");
    }

    @Test
    void forgetsAllOwnersWhenToldTo() {
        apply("forgotten", "alice", "{a: '1'}").ok();
        Answer reset = cluster.patch("merge", path("forgotten"), "{metadata: {managedFields: [{}]}}")
                .ok();
        assertThat(owners(reset)).isEmpty();
        Answer applied = apply("forgotten", "bob", "{b: '2'}").ok();
        assertThat(owners(applied)).contains("bob Apply");
    }

    @Test
    void needsAManagerAndAKind() {
        Answer anonymous = cluster.send(
                "PATCH",
                path("anonymous"),
                CONFIG_MAP.formatted("anonymous", "{}"),
                "application/apply-patch+yaml",
                "application/json");
        assertThat(anonymous.code()).isIn(400, 422);
        assertThat(anonymous.message()).contains("fieldManager: Required value: is required for apply patch");
        Answer managed = cluster.apply(
                path("managed"),
                "alice",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: managed, managedFields: [{manager: x}]}}");
        assertThat(managed.code()).isEqualTo(400);
        assertThat(managed.message()).contains("metadata.managedFields must be nil");
    }

    @Test
    void appliesNothingInADryRun() {
        cluster.apply(path("dry-apply"), "alice&dryRun=All", CONFIG_MAP.formatted("dry-apply", "{}"))
                .ok();
        cluster.get(path("dry-apply")).refused(404, "NotFound");
    }
}
