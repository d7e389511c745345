package dev.relevo.local.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ResourceTypes;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The controllers")
class ControllersTest {
    @TempDir
    Path directory;

    private ControllerCluster cluster;

    @BeforeEach
    void start() {
        cluster = new ControllerCluster(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static final String REPLICA_SET = """
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: "localhost/web:1", ports: [{name: http, containerPort: 8080}]}]}
            """;

    @Test
    @DisplayName("replace a pod that is deleted or relabelled")
    void replacePods() throws Exception {
        cluster.create(ResourceTypes.REPLICA_SET, REPLICA_SET);
        cluster.await(() -> cluster.get(ResourceTypes.REPLICA_SET, "web")
                        .at("/status/availableReplicas")
                        .asInt()
                == 2);
        String relabelled = Meta.name(cluster.list(ResourceTypes.POD).get(0));

        cluster.change(
                ResourceTypes.POD, relabelled, pod -> ((ObjectNode) pod.at("/metadata/labels")).put("app", "other"));

        cluster.await(() -> cluster.list(ResourceTypes.POD).size() == 3);
        cluster.await(() ->
                Meta.controller(cluster.get(ResourceTypes.POD, relabelled)).isMissingNode());
    }

    @Test
    @DisplayName("delete first the pod that is not ready, then the one that costs least")
    void deletionOrder() throws Exception {
        cluster.create(ResourceTypes.REPLICA_SET, REPLICA_SET);
        cluster.await(() -> cluster.get(ResourceTypes.REPLICA_SET, "web")
                        .at("/status/availableReplicas")
                        .asInt()
                == 2);
        String precious = Meta.name(cluster.list(ResourceTypes.POD).get(0));
        cluster.change(
                ResourceTypes.POD,
                precious,
                pod -> Meta.annotate(pod, "controller.kubernetes.io/pod-deletion-cost", "100"));

        cluster.change(ResourceTypes.REPLICA_SET, "web", set -> ((ObjectNode) set.path("spec")).put("replicas", 1));

        cluster.await(() -> cluster.list(ResourceTypes.POD).size() == 1);
        assertThat(cluster.list(ResourceTypes.POD)).extracting(Meta::name).containsExactly(precious);
    }

    @Test
    @DisplayName("list the ready pods of a Service by the name of their port, and empty the list when they go")
    void endpoints() throws Exception {
        cluster.create(ResourceTypes.SERVICE, """
                metadata: {name: web}
                spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
                """);
        cluster.create(ResourceTypes.REPLICA_SET, REPLICA_SET);

        cluster.await(() -> cluster.list(ResourceTypes.ENDPOINT_SLICE).stream()
                        .mapToInt(slice -> slice.path("endpoints").size())
                        .sum()
                == 2);
        JsonNode slice = cluster.list(ResourceTypes.ENDPOINT_SLICE).get(0);
        assertThat(slice.at("/ports/0/port").asInt()).isEqualTo(8080);
        assertThat(slice.at("/ports/0/name").asText()).isEqualTo("http");
        assertThat(slice.at("/endpoints/0/conditions/serving").asBoolean()).isTrue();
        assertThat(Meta.label(slice, "kubernetes.io/service-name")).isEqualTo("web");

        cluster.store().delete(ResourceTypes.REPLICA_SET.key("default", "web"), DeleteOptions.defaults());
        cluster.await(() -> cluster.list(ResourceTypes.ENDPOINT_SLICE)
                .get(0)
                .path("endpoints")
                .isEmpty());
        cluster.store().delete(ResourceTypes.SERVICE.key("default", "web"), DeleteOptions.defaults());
        cluster.await(() -> cluster.list(ResourceTypes.ENDPOINT_SLICE).isEmpty());
    }

    @Test
    @DisplayName("empty a namespace before it goes")
    void namespace() throws Exception {
        cluster.create(ResourceTypes.NAMESPACE, "metadata: {name: shop}");
        cluster.create(ResourceTypes.CONFIG_MAP, "{metadata: {name: a, namespace: shop}, data: {k: v}}");
        cluster.create(
                ResourceTypes.REPLICA_SET,
                REPLICA_SET.replace(
                        "{name: web}\nspec:\n  replicas", "{name: web, namespace: shop}\nspec:\n  replicas"));
        cluster.await(() -> cluster.store()
                .get(ResourceTypes.SERVICE_ACCOUNT.key("shop", "default"))
                .isPresent());

        cluster.store().delete(ResourceTypes.NAMESPACE.key("", "shop"), DeleteOptions.defaults());

        cluster.await(() ->
                cluster.store().get(ResourceTypes.NAMESPACE.key("", "shop")).isEmpty());
        assertThat(cluster.store().get(ResourceTypes.CONFIG_MAP.key("shop", "a")))
                .isEmpty();
    }

    @Test
    @DisplayName("work out how many pods a disruption budget lets go")
    void disruptions() throws Exception {
        cluster.create(ResourceTypes.REPLICA_SET, REPLICA_SET);
        cluster.create(ResourceTypes.POD_DISRUPTION_BUDGET, """
                metadata: {name: web}
                spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
                """);

        cluster.await(() -> cluster.get(ResourceTypes.POD_DISRUPTION_BUDGET, "web")
                        .at("/status/disruptionsAllowed")
                        .asInt()
                == 1);
        JsonNode status =
                cluster.get(ResourceTypes.POD_DISRUPTION_BUDGET, "web").path("status");
        assertThat(status.path("currentHealthy").asInt()).isEqualTo(2);
        assertThat(status.path("desiredHealthy").asInt()).isEqualTo(1);
    }

    private void createJob(String more) throws Exception {
        cluster.create(ResourceTypes.JOB, """
                metadata: {name: load}
                spec:
                  %s
                  template:
                    spec: {restartPolicy: Never, containers: [{name: load, image: "localhost/load:1"}]}
                """.formatted(more));
    }

    @Test
    @DisplayName("run a Job until it has its completions")
    void jobCompletes() throws Exception {
        createJob("completions: 2");
        for (int i = 1; i <= 2; i++) {
            int expected = i;
            cluster.await(() -> cluster.list(ResourceTypes.POD).size() == expected);
            cluster.list(ResourceTypes.POD).stream()
                    .filter(Pods::isActive)
                    .forEach(pod -> cluster.finish(Meta.name(pod), "Succeeded"));
        }

        cluster.await(() -> Conditions.isTrue(cluster.get(ResourceTypes.JOB, "load"), "Complete"));
        assertThat(cluster.get(ResourceTypes.JOB, "load")
                        .at("/status/succeeded")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    @DisplayName("give a Job up after its back-off limit")
    void jobFails() throws Exception {
        createJob("backoffLimit: 0");
        cluster.await(() -> cluster.list(ResourceTypes.POD).size() == 1);

        cluster.finish(Meta.name(cluster.list(ResourceTypes.POD).get(0)), "Failed");

        cluster.await(() -> Conditions.isTrue(cluster.get(ResourceTypes.JOB, "load"), "Failed"));
        assertThat(Conditions.get(cluster.get(ResourceTypes.JOB, "load"), "Failed")
                        .path("reason")
                        .asText())
                .isEqualTo("BackoffLimitExceeded");
    }

    private static final String STATEFUL_SET = """
            metadata: {name: db}
            spec:
              replicas: 3
              serviceName: db
              selector: {matchLabels: {app: db}}
              volumeClaimTemplates:
              - metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
              template:
                metadata: {labels: {app: db}}
                spec: {containers: [{name: db, image: "localhost/db:1"}]}
            """;

    @Test
    @DisplayName(
            "start the pods of a StatefulSet in order, with claims of their own, and update them from the last to the first")
    void statefulSet() throws Exception {
        cluster.onlyStart(pod -> !Meta.name(pod).equals("db-1"));
        cluster.create(ResourceTypes.STATEFUL_SET, STATEFUL_SET);
        cluster.await(() -> cluster.list(ResourceTypes.POD).size() == 2);
        assertThat(cluster.list(ResourceTypes.POD)).extracting(Meta::name).containsExactly("db-0", "db-1");

        cluster.onlyStart(pod -> true);
        cluster.touch("db-1");
        cluster.await(() -> status(ResourceTypes.STATEFUL_SET, "db", "readyReplicas") == 3);
        assertThat(cluster.list(ResourceTypes.PERSISTENT_VOLUME_CLAIM))
                .extracting(Meta::name)
                .containsExactly("data-db-0", "data-db-1", "data-db-2");

        cluster.onlyStart(pod -> !pod.at("/spec/containers/0/image").asText().endsWith(":2"));
        cluster.change(
                ResourceTypes.STATEFUL_SET,
                "db",
                set -> ((ObjectNode) set.at("/spec/template/spec/containers/0")).put("image", "localhost/db:2"));
        cluster.await(() -> status(ResourceTypes.STATEFUL_SET, "db", "updatedReplicas") == 1);
        assertThat(cluster.get(ResourceTypes.POD, "db-2")
                        .at("/spec/containers/0/image")
                        .asText())
                .isEqualTo("localhost/db:2");
        assertThat(cluster.get(ResourceTypes.POD, "db-0")
                        .at("/spec/containers/0/image")
                        .asText())
                .isEqualTo("localhost/db:1");
    }

    private int status(dev.relevo.local.store.ResourceType type, String name, String field) {
        return cluster.get(type, name).path("status").path(field).asInt();
    }
}
