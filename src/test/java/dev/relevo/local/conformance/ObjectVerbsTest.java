package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class ObjectVerbsTest extends ConformanceSuite {
    @Test
    void createsAnObjectWithIdentityAndVersion() {
        Answer created = cluster.post(configMaps(), "{metadata: {name: new}, data: {a: '1'}}");
        assertThat(created.code()).isEqualTo(201);
        assertThat(created.text("/kind")).isEqualTo("ConfigMap");
        assertThat(created.text("/apiVersion")).isEqualTo("v1");
        assertThat(created.text("/metadata/namespace")).isEqualTo(cluster.namespace());
        assertThat(created.text("/metadata/uid")).hasSize(36);
        assertThat(created.text("/metadata/creationTimestamp")).endsWith("Z");
        assertThat(created.version()).isNotEmpty();
        assertThat(cluster.get(configMaps() + "/new").body()).isEqualTo(created.body());
    }

    @Test
    void refusesASecondObjectOfTheSameName() {
        createConfigMap("twice", "{a: '1'}");
        Answer second = cluster.post(configMaps(), "{metadata: {name: twice}}").refused(409, "AlreadyExists");
        assertThat(second.message()).isEqualTo("configmaps \"twice\" already exists");
        assertThat(second.text("/details/kind")).isEqualTo("configmaps");
        assertThat(second.text("/details/name")).isEqualTo("twice");
    }

    @Test
    void saysWhatWasNotFound() {
        Answer missing = cluster.get(configMaps() + "/missing").refused(404, "NotFound");
        assertThat(missing.message()).isEqualTo("configmaps \"missing\" not found");
        assertThat(cluster.get(deployments() + "/missing").message())
                .isEqualTo("deployments.apps \"missing\" not found");
        assertThat(cluster.get(deployments() + "/missing").text("/details/group"))
                .isEqualTo("apps");
        assertThat(cluster.get("/api/v1/namespaces/" + cluster.namespace() + "/nonsense")
                        .code())
                .isEqualTo(404);
    }

    @Test
    void refusesToCreateInANamespaceThatIsMissing() {
        Answer refused = cluster.post("/api/v1/namespaces/no-such-place/configmaps", "{metadata: {name: a}}")
                .refused(404, "NotFound");
        assertThat(refused.message()).isEqualTo("namespaces \"no-such-place\" not found");
    }

    @Test
    void refusesAnObjectOfAnotherNamespace() {
        Answer refused = cluster.post(configMaps(), "{metadata: {name: a, namespace: elsewhere}}")
                .refused(400, "BadRequest");
        assertThat(refused.message())
                .isEqualTo("the namespace of the provided object does not match the namespace sent on the request");
    }

    @Test
    void refusesAnObjectOfAnotherKind() {
        Answer refused = cluster.post(configMaps(), "{apiVersion: v1, kind: Secret, metadata: {name: a}}")
                .refused(400, "BadRequest");
        assertThat(refused.message()).contains("Secret").contains("cannot be handled as a ConfigMap");
    }

    @Test
    void makesANameFromAPrefix() {
        Answer first =
                cluster.post(configMaps(), "{metadata: {generateName: gen-}}").ok();
        Answer second =
                cluster.post(configMaps(), "{metadata: {generateName: gen-}}").ok();
        assertThat(first.text("/metadata/name")).matches("gen-[a-z0-9]{5}");
        assertThat(second.text("/metadata/name")).isNotEqualTo(first.text("/metadata/name"));
        assertThat(first.text("/metadata/generateName")).isEqualTo("gen-");
    }

    @Test
    void needsAName() {
        Answer refused = cluster.post(configMaps(), "{data: {a: '1'}}").refused(422, "Invalid");
        assertThat(refused.message())
                .isEqualTo(
                        "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required");
    }

    @Test
    void ignoresWhatTheServerDecidesInANewObject() {
        Answer created = cluster.post(
                        configMaps(),
                        "{metadata: {name: claims, uid: 11111111-2222-3333-4444-555555555555, generation: 7,"
                                + " creationTimestamp: '2001-01-01T00:00:00Z', deletionTimestamp: '2001-01-01T00:00:00Z'}}")
                .ok();
        assertThat(created.text("/metadata/uid")).doesNotStartWith("1111");
        assertThat(created.text("/metadata/creationTimestamp")).doesNotStartWith("2001");
        assertThat(created.at("/metadata/deletionTimestamp").isMissingNode()).isTrue();
    }

    @Test
    void replacesAnObjectAtTheVersionThatWasRead() {
        ObjectNode object = (ObjectNode) createConfigMap("replaced", "{a: '1'}").body();
        object.putObject("data").put("b", "2");
        Answer updated = cluster.put(configMaps() + "/replaced", object).ok();
        assertThat(updated.body().path("data")).isEqualTo(TestCluster.yaml("{b: '2'}"));
        assertThat(Long.parseLong(updated.version()))
                .isGreaterThan(object.at("/metadata/resourceVersion").asLong());
        Answer stale = cluster.put(configMaps() + "/replaced", object).refused(409, "Conflict");
        assertThat(stale.message())
                .isEqualTo("Operation cannot be fulfilled on configmaps \"replaced\": the object has been modified;"
                        + " please apply your changes to the latest version and try again");
    }

    @Test
    void replacesAnObjectUnconditionallyWithoutAVersion() {
        createConfigMap("unconditional", "{a: '1'}");
        ObjectNode object = TestCluster.yaml("{metadata: {name: unconditional}, data: {a: '2'}}");
        cluster.put(configMaps() + "/unconditional", object).ok();
        assertThat(cluster.get(configMaps() + "/unconditional").text("/data/a")).isEqualTo("2");
    }

    @Test
    void keepsTheVersionWhenNothingChanges() {
        Answer created = createConfigMap("same", "{a: '1'}");
        Answer updated = cluster.put(configMaps() + "/same", created.body()).ok();
        assertThat(updated.version()).isEqualTo(created.version());
    }

    @Test
    void refusesAnUpdateUnderAnotherName() {
        createConfigMap("one", "{}");
        Answer refused = cluster.put(configMaps() + "/one", TestCluster.yaml("{metadata: {name: other}}"))
                .refused(400, "BadRequest");
        assertThat(refused.message())
                .isEqualTo("the name of the object (other) does not match the name on the URL (one)");
    }

    @Test
    void refusesAnUpdateOfAnotherIncarnation() {
        Answer created = createConfigMap("incarnation", "{}");
        ObjectNode object = created.body().deepCopy();
        object.withObjectProperty("metadata")
                .put("uid", "11111111-2222-3333-4444-555555555555")
                .remove("resourceVersion");
        Answer refused = cluster.put(configMaps() + "/incarnation", object).refused(409, "Conflict");
        assertThat(refused.message())
                .contains(
                        "Precondition failed: UID in precondition: 11111111-2222-3333-4444-555555555555, UID in object"
                                + " meta: " + created.text("/metadata/uid"));
    }

    @Test
    void refusesToUpdateWhatIsMissing() {
        cluster.put(configMaps() + "/absent", TestCluster.yaml("{metadata: {name: absent}}"))
                .refused(404, "NotFound");
    }

    @Test
    void createsALeaseByAnUpdate() {
        String leases = cluster.path("coordination.k8s.io/v1", "leases");
        Answer created = cluster.put(leases + "/fresh", TestCluster.yaml("{metadata: {name: fresh}}"));
        assertThat(created.code()).isEqualTo(201);
        Answer refused = cluster.put(leases + "/fresh", TestCluster.yaml("{metadata: {name: fresh}}"))
                .refused(422, "Invalid");
        assertThat(refused.message())
                .isEqualTo(
                        "leases.coordination.k8s.io \"fresh\" is invalid: metadata.resourceVersion: Invalid value: 0:"
                                + " must be specified for an update");
    }

    @Test
    void deletesAnObjectAndSaysWhich() {
        Answer created = createConfigMap("deleted", "{}");
        Answer deleted = cluster.delete(configMaps() + "/deleted").ok();
        assertThat(deleted.text("/kind")).isEqualTo("Status");
        assertThat(deleted.text("/status")).isEqualTo("Success");
        assertThat(deleted.text("/details/name")).isEqualTo("deleted");
        assertThat(deleted.text("/details/kind")).isEqualTo("configmaps");
        assertThat(deleted.text("/details/uid")).isEqualTo(created.text("/metadata/uid"));
        cluster.get(configMaps() + "/deleted").refused(404, "NotFound");
        cluster.delete(configMaps() + "/deleted").refused(404, "NotFound");
    }

    @Test
    void deletesOnlyUnderItsPreconditions() {
        Answer created = createConfigMap("guarded", "{}");
        Answer wrongUid = cluster.delete(
                        configMaps() + "/guarded", "{preconditions: {uid: 11111111-2222-3333-4444-555555555555}}")
                .refused(409, "Conflict");
        assertThat(wrongUid.message())
                .contains("the UID in the precondition (11111111-2222-3333-4444-555555555555) does not match the UID in"
                        + " record (" + created.text("/metadata/uid") + ")");
        Answer wrongVersion = cluster.delete(configMaps() + "/guarded", "{preconditions: {resourceVersion: '1'}}")
                .refused(409, "Conflict");
        assertThat(wrongVersion.message())
                .contains("the ResourceVersion in the precondition (1) does not match the ResourceVersion in record ("
                        + created.version() + "). The object might have been modified");
        cluster.delete(
                        configMaps() + "/guarded",
                        "{preconditions: {uid: " + created.text("/metadata/uid") + ", resourceVersion: '"
                                + created.version() + "'}}")
                .ok();
    }

    @Test
    void deletesACollectionBySelector() {
        cluster.post(configMaps(), "{metadata: {name: c1, labels: {set: gone}}}")
                .ok();
        cluster.post(configMaps(), "{metadata: {name: c2, labels: {set: gone}}}")
                .ok();
        cluster.post(configMaps(), "{metadata: {name: c3, labels: {set: stays}}}")
                .ok();
        cluster.delete(configMaps() + "?labelSelector=set%3Dgone").ok();
        Answer left = cluster.get(configMaps() + "?labelSelector=set");
        assertThat(left.at("/items").findValuesAsText("name")).contains("c3").doesNotContain("c1", "c2");
    }

    @Test
    void storesNothingInADryRun() {
        Answer dry = cluster.post(configMaps() + "?dryRun=All", "{metadata: {name: dry}}")
                .ok();
        assertThat(dry.text("/metadata/uid")).isNotEmpty();
        assertThat(dry.at("/metadata/resourceVersion").isMissingNode()).isTrue();
        cluster.get(configMaps() + "/dry").refused(404, "NotFound");
        Answer created = createConfigMap("wet", "{a: '1'}");
        Answer patched = cluster.patch("merge", configMaps() + "/wet?dryRun=All", "{data: {a: '2'}}")
                .ok();
        assertThat(patched.text("/data/a")).isEqualTo("2");
        assertThat(patched.version()).isEqualTo(created.version());
        cluster.delete(configMaps() + "/wet?dryRun=All").ok();
        assertThat(cluster.get(configMaps() + "/wet").body()).isEqualTo(created.body());
        assertThat(cluster.post(configMaps() + "?dryRun=Some", "{metadata: {name: dry}}")
                        .code())
                .isIn(400, 422);
    }

    @Test
    void countsChangesOfTheSpecificationAsGenerations() {
        Answer created = cluster.post(deployments(), deployment("generation")).ok();
        assertThat(created.at("/metadata/generation").asInt()).isEqualTo(1);
        Answer labelled = cluster.patch("merge", deployments() + "/generation", "{metadata: {labels: {more: labels}}}")
                .ok();
        assertThat(labelled.at("/metadata/generation").asInt()).isEqualTo(1);
        Answer changed = cluster.patch("merge", deployments() + "/generation", "{spec: {minReadySeconds: 1}}")
                .ok();
        assertThat(changed.at("/metadata/generation").asInt()).isEqualTo(2);
    }

    @Test
    void acceptsYaml() {
        Answer created = cluster.send(
                        "POST",
                        configMaps(),
                        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-yaml\n",
                        "application/yaml",
                        "application/json")
                .ok();
        assertThat(created.text("/metadata/name")).isEqualTo("from-yaml");
    }

    @Test
    void refusesBodiesThatItCannotRead() {
        cluster.send("POST", configMaps(), "{\"metadata\": ", "application/json", "application/json")
                .refused(400, "BadRequest");
        Answer media = cluster.send("POST", configMaps(), "hello", "text/plain", "application/json");
        assertThat(media.code()).isEqualTo(415);
        assertThat(cluster.getAs(configMaps(), "text/html").code()).isEqualTo(406);
    }

    @Test
    void letsInOnlyWhoHasCredentials() {
        cluster.sendAs("wrong", "/api/v1/namespaces").refused(401, "Unauthorized");
        assertThat(cluster.sendAs("", "/api/v1/namespaces").code()).isIn(401, 403);
        assertThat(cluster.sendAs("", "/healthz").code()).isEqualTo(200);
        assertThat(cluster.sendAs("", "/version").text("/major")).isEqualTo("1");
    }
}
