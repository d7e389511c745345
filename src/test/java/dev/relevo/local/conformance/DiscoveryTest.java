package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiscoveryTest extends ConformanceSuite {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    private static JsonNode named(JsonNode items, String pointer, String value) {
        for (JsonNode item : items) {
            if (item.at(pointer).asText().equals(value)) {
                return item;
            }
        }
        throw new AssertionError(value + " is not in " + items);
    }

    @Test
    void namesGroupsAndVersions() {
        assertThat(cluster.get("/api").ok().at("/versions").toString()).isEqualTo("[\"v1\"]");
        Answer groups = cluster.get("/apis").ok();
        assertThat(groups.text("/kind")).isEqualTo("APIGroupList");
        assertThat(named(groups.at("/groups"), "/name", "apps")
                        .at("/preferredVersion/groupVersion")
                        .asText())
                .isEqualTo("apps/v1");
        assertThat(cluster.get("/apis/apps").ok().text("/kind")).isEqualTo("APIGroup");
        assertThat(cluster.get("/apis/no.such.group").code()).isEqualTo(404);
    }

    @Test
    void describesResources() {
        JsonNode resources = cluster.get("/apis/apps/v1").ok().at("/resources");
        JsonNode deployments = named(resources, "/name", "deployments");
        assertThat(deployments.path("kind").asText()).isEqualTo("Deployment");
        assertThat(deployments.path("singularName").asText()).isEqualTo("deployment");
        assertThat(deployments.path("namespaced").asBoolean()).isTrue();
        assertThat(deployments.path("shortNames").toString()).isEqualTo("[\"deploy\"]");
        assertThat(deployments.path("categories").toString()).isEqualTo("[\"all\"]");
        assertThat(deployments.path("verbs").toString())
                .isEqualTo(
                        "[\"create\",\"delete\",\"deletecollection\",\"get\",\"list\",\"patch\",\"update\",\"watch\"]");
        JsonNode scale = named(resources, "/name", "deployments/scale");
        assertThat(scale.path("kind").asText()).isEqualTo("Scale");
        assertThat(scale.path("group").asText()).isEqualTo("autoscaling");
        assertThat(named(resources, "/name", "deployments/status").path("verbs").toString())
                .isEqualTo("[\"get\",\"patch\",\"update\"]");
    }

    @Test
    void describesEverythingAtOnce() {
        Answer all = cluster.getAs(
                        "/apis",
                        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json")
                .ok();
        assertThat(all.text("/kind")).isEqualTo("APIGroupDiscoveryList");
        assertThat(all.text("/apiVersion")).isEqualTo("apidiscovery.k8s.io/v2");
        JsonNode apps = named(all.at("/items"), "/metadata/name", "apps");
        JsonNode deployments = named(apps.at("/versions/0/resources"), "/resource", "deployments");
        assertThat(deployments.at("/responseKind/kind").asText()).isEqualTo("Deployment");
        assertThat(deployments.path("scope").asText()).isEqualTo("Namespaced");
        JsonNode scale = named(deployments.path("subresources"), "/subresource", "scale");
        assertThat(scale.at("/responseKind/group").asText()).isEqualTo("autoscaling");
    }

    @Test
    void publishesItsTypes() {
        String url = cluster.get("/openapi/v3").ok().text("/paths/apis~1apps~1v1/serverRelativeURL");
        assertThat(url).startsWith("/openapi/v3/apis/apps/v1");
        JsonNode schemas = cluster.get(url).ok().at("/components/schemas");
        List<JsonNode> deployments = new ArrayList<>();
        schemas.forEach(schema -> schema.path("x-kubernetes-group-version-kind").forEach(kind -> {
            if (kind.path("kind").asText().equals("Deployment")) {
                deployments.add(schema);
            }
        }));
        assertThat(deployments).hasSize(1);
        JsonNode podSpec = field(schemas, deployments.get(0), "spec", "template", "spec");
        JsonNode containers = podSpec.path("properties").path("containers");
        assertThat(containers.path("x-kubernetes-list-type").asText()).isEqualTo("map");
        assertThat(containers.path("x-kubernetes-list-map-keys").toString()).isEqualTo("[\"name\"]");
        assertThat(containers.path("x-kubernetes-patch-merge-key").asText()).isEqualTo("name");
        assertThat(containers.path("x-kubernetes-patch-strategy").asText()).isEqualTo("merge");
    }

    private static JsonNode field(JsonNode schemas, JsonNode schema, String... path) {
        JsonNode at = schema;
        for (String name : path) {
            String reference =
                    at.path("properties").path(name).at("/allOf/0/$ref").asText();
            at = schemas.path(reference.substring(reference.lastIndexOf('/') + 1));
        }
        return at;
    }

    @Test
    void printsTables() {
        cluster.post(deployments(), deployment("printed")).ok();
        Answer table = cluster.getAs(deployments(), TABLE).ok();
        assertThat(table.text("/kind")).isEqualTo("Table");
        assertThat(table.text("/apiVersion")).isEqualTo("meta.k8s.io/v1");
        JsonNode row = table.at("/rows/0");
        assertThat(row.at("/cells/0").asText()).isEqualTo("printed");
        assertThat(row.at("/cells/1").asText()).isEqualTo("0/0");
        assertThat(row.at("/cells/6").asText()).isEqualTo("example.com/web:1");
        assertThat(row.at("/object/kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(cluster.getAs(deployments() + "?includeObject=Object", TABLE).text("/rows/0/object/kind"))
                .isEqualTo("Deployment");
    }

    @Test
    void printsTheColumnsOfEveryKind() {
        columns("v1", "pods", "Name Ready Status Restarts Age IP Node Nominated_Node Readiness_Gates");
        columns("v1", "services", "Name Type Cluster-IP External-IP Port(s) Age Selector");
        columns("v1", "configmaps", "Name Data Age");
        columns("v1", "secrets", "Name Type Data Age");
        columns("v1", "serviceaccounts", cluster.before(35, "Name Secrets Age", "Name Age"));
        columns("v1", "events", "Last_Seen Type Reason Object Subobject Source Message First_Seen Count Name");
        columns("apps/v1", "deployments", "Name Ready Up-to-date Available Age Containers Images Selector");
        columns("apps/v1", "replicasets", "Name Desired Current Ready Age Containers Images Selector");
        columns("apps/v1", "statefulsets", "Name Ready Age Containers Images");
        columns(
                "apps/v1",
                "daemonsets",
                "Name Desired Current Ready Up-to-date Available Node_Selector Age Containers Images Selector");
        columns("batch/v1", "jobs", "Name Status Completions Duration Age Containers Images Selector");
        columns(
                "batch/v1",
                "cronjobs",
                "Name Schedule Timezone Suspend Active Last_Schedule Age Containers Images Selector");
        columns("discovery.k8s.io/v1", "endpointslices", "Name AddressType Ports Endpoints Age");
        columns("coordination.k8s.io/v1", "leases", "Name Holder Age");
        columns("autoscaling/v2", "horizontalpodautoscalers", "Name Reference Targets MinPods MaxPods Replicas Age");
        columns("policy/v1", "poddisruptionbudgets", "Name Min_Available Max_Unavailable Allowed_Disruptions Age");
        columns("networking.k8s.io/v1", "ingresses", "Name Class Hosts Address Ports Age");
        columns("networking.k8s.io/v1", "networkpolicies", "Name Pod-Selector Age");
    }

    private void columns(String apiVersion, String plural, String expected) {
        Answer table = cluster.getAs(cluster.path(apiVersion, plural), TABLE).ok();
        List<String> names = new ArrayList<>();
        table.at("/columnDefinitions")
                .forEach(column -> names.add(column.path("name").asText().replace(' ', '_')));
        assertThat(String.join(" ", names)).as(plural).isEqualTo(expected);
    }

    @Test
    void tellsWhatOneMayDo() {
        Answer review = cluster.post(
                        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                        "{apiVersion: authorization.k8s.io/v1, kind: SelfSubjectAccessReview, spec: {resourceAttributes:"
                                + " {verb: create, resource: pods}}}")
                .ok();
        assertThat(review.at("/status/allowed").asBoolean()).isTrue();
        Answer rules = cluster.post(
                        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                        "{apiVersion: authorization.k8s.io/v1, kind: SelfSubjectRulesReview, spec: {namespace: default}}")
                .ok();
        assertThat(rules.at("/status/resourceRules").toString()).contains("\"verbs\":[\"*\"]");
    }

    @Test
    void saysThatItIsHealthy() {
        for (String path : List.of("/healthz", "/readyz", "/livez")) {
            assertThat(cluster.get(path).code()).isEqualTo(200);
        }
        assertThat(cluster.get("/version").ok().text("/gitVersion")).startsWith("v1.");
    }
}
