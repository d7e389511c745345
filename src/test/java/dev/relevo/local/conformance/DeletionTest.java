package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DeletionTest extends ConformanceSuite {
    @Test
    void finalizersHoldAnObjectUntilTheyAreGone() {
        cluster.post(configMaps(), "{metadata: {name: held, finalizers: [test.io/hold]}}")
                .ok();
        String path = configMaps() + "/held";
        assertThat(cluster.delete(path).ok().text("/kind")).isEqualTo("ConfigMap");
        Answer marked = cluster.get(path).ok();
        assertThat(marked.text("/metadata/deletionTimestamp")).endsWith("Z");
        assertThat(marked.at("/metadata/deletionGracePeriodSeconds").asInt(-1)).isZero();
        Answer more = cluster.patch("merge", path, "{metadata: {finalizers: [test.io/hold, test.io/more]}}")
                .refused(422, "Invalid");
        assertThat(more.message())
                .contains(
                        "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted,"
                                + " found new finalizers []string{\"test.io/more\"}");
        cluster.patch("merge", path, "{metadata: {finalizers: null}}").ok();
        cluster.get(path).refused(404, "NotFound");
    }

    @Test
    void theMarkOfDeletionCannotBeTakenBack() {
        cluster.post(configMaps(), "{metadata: {name: marked, finalizers: [test.io/hold]}}")
                .ok();
        String path = configMaps() + "/marked";
        cluster.delete(path).ok();
        ObjectNode object = (ObjectNode) cluster.get(path).body();
        object.withObjectProperty("metadata").remove("deletionTimestamp");
        assertThat(cluster.put(path, object).ok().text("/metadata/deletionTimestamp"))
                .isNotEmpty();
        cluster.patch("merge", path, "{metadata: {finalizers: null}}").ok();
    }

    @Test
    void orphaningAndForegroundDeletionAreFinalizers() {
        for (String policy : new String[] {"Orphan", "Foreground"}) {
            String name = "policy-" + policy.toLowerCase(Locale.ROOT);
            cluster.post(configMaps(), "{metadata: {name: " + name + ", finalizers: [test.io/hold]}}")
                    .ok();
            String path = configMaps() + "/" + name;
            Answer deleted =
                    cluster.delete(path, "{propagationPolicy: " + policy + "}").ok();
            assertThat(deleted.at("/metadata/finalizers").toString())
                    .contains("test.io/hold")
                    .contains(policy.equals("Orphan") ? "\"orphan\"" : "\"foregroundDeletion\"");
            cluster.patch("merge", path, "{metadata: {finalizers: null}}");
        }
        createConfigMap("unknown-policy", "{}");
        assertThat(cluster.delete(configMaps() + "/unknown-policy", "{propagationPolicy: Sideways}")
                        .code())
                .isEqualTo(422);
    }

    @Test
    void aPodWithoutANodeGoesAtOnce() {
        cluster.post(cluster.path("v1", "serviceaccounts"), "{metadata: {name: default}}");
        String pods = cluster.path("v1", "pods");
        cluster.post(
                        pods,
                        "{metadata: {name: nowhere}, spec: {schedulerName: nobody, containers: [{name: c, image: 'i:1'}]}}")
                .ok();
        assertThat(cluster.delete(pods + "/nowhere").ok().text("/kind")).isEqualTo("Pod");
        cluster.get(pods + "/nowhere").refused(404, "NotFound");
    }

    @Test
    void aPodOnANodeHasItsGrace() {
        cluster.post(cluster.path("v1", "serviceaccounts"), "{metadata: {name: default}}");
        String pods = cluster.path("v1", "pods");
        cluster.post(
                        pods,
                        "{metadata: {name: graceful}, spec: {nodeName: no-such-node, terminationGracePeriodSeconds: 60,"
                                + " containers: [{name: c, image: 'i:1'}]}}")
                .ok();
        Answer deleted = cluster.delete(pods + "/graceful").ok();
        assertThat(deleted.at("/metadata/deletionGracePeriodSeconds").asInt()).isEqualTo(60);
        Answer shorter =
                cluster.delete(pods + "/graceful", "{gracePeriodSeconds: 20}").ok();
        assertThat(shorter.at("/metadata/deletionGracePeriodSeconds").asInt()).isEqualTo(20);
        Answer longer =
                cluster.delete(pods + "/graceful", "{gracePeriodSeconds: 90}").ok();
        assertThat(longer.at("/metadata/deletionGracePeriodSeconds").asInt()).isEqualTo(20);
        cluster.delete(pods + "/graceful", "{gracePeriodSeconds: 0}").ok();
        cluster.get(pods + "/graceful").refused(404, "NotFound");
    }

    @Test
    void aTerminatingNamespaceTakesNothingNew() {
        String name = cluster.namespace() + "-ending";
        String path = "/api/v1/namespaces/" + name;
        cluster.post("/api/v1/namespaces", "{metadata: {name: " + name + "}}").ok();
        cluster.post(path + "/configmaps", "{metadata: {name: holder, finalizers: [test.io/hold]}}")
                .ok();
        assertThat(cluster.delete(path).ok().text("/status/phase")).isEqualTo("Terminating");
        Answer refused =
                cluster.post(path + "/configmaps", "{metadata: {name: late}}").refused(403, "Forbidden");
        assertThat(refused.message())
                .isEqualTo("configmaps \"late\" is forbidden: unable to create new content in namespace " + name
                        + " because it is being terminated");
        assertThat(refused.text("/details/causes/0/reason")).isEqualTo("NamespaceTerminating");
        cluster.patch("merge", path + "/configmaps/holder", "{metadata: {finalizers: null}}")
                .ok();
        ObjectNode namespace = (ObjectNode) cluster.get(path).body();
        if (namespace.path("metadata").has("uid")) {
            namespace.withObjectProperty("spec").putArray("finalizers");
            namespace.withObjectProperty("metadata").remove("resourceVersion");
            assertThat(cluster.put(path + "/finalize", namespace).code()).isIn(200, 404, 409);
        }
    }

    @Test
    void ownersMustBeNamedCompletely() {
        Answer refused = cluster.post(
                        configMaps(),
                        "{metadata: {name: owned, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: a}]}}")
                .refused(422, "Invalid");
        assertThat(refused.message())
                .isEqualTo(
                        "ConfigMap \"owned\" is invalid: metadata.ownerReferences.uid: Invalid value: \"\": must not be"
                                + " empty");
    }
}
