package dev.relevo.local.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ResourceTypes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Deployment")
class DeploymentControllerTest {
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

    private void create(int replicas, String more) throws Exception {
        cluster.create(ResourceTypes.DEPLOYMENT, """
                metadata: {name: web, labels: {team: blue}}
                spec:
                  replicas: %d
                  %s
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: "localhost/web:1"}]}
                """.formatted(replicas, more));
    }

    private void setImage(String tag) {
        cluster.change(
                ResourceTypes.DEPLOYMENT,
                "web",
                deployment -> ((ObjectNode) deployment.at("/spec/template/spec/containers/0"))
                        .put("image", "localhost/web:" + tag));
    }

    private JsonNode deployment() {
        return cluster.get(ResourceTypes.DEPLOYMENT, "web");
    }

    private boolean isComplete() {
        JsonNode status = deployment().path("status");
        int replicas = deployment().at("/spec/replicas").asInt();
        return status.path("observedGeneration").asInt()
                        == deployment().at("/metadata/generation").asInt()
                && status.path("updatedReplicas").asInt() == replicas
                && status.path("availableReplicas").asInt() == replicas
                && status.path("replicas").asInt() == replicas;
    }

    private List<Integer> sizes() {
        return cluster.list(ResourceTypes.REPLICA_SET).stream()
                .sorted(java.util.Comparator.comparing(ReplicaSets::revision))
                .map(ReplicaSets::replicas)
                .toList();
    }

    @Test
    @DisplayName("gets a ReplicaSet with the hash of its template, revision 1, and all its conditions")
    void firstRollout() throws Exception {
        create(3, "");

        cluster.await(() -> isComplete()
                && Conditions.get(deployment(), "Progressing")
                        .path("reason")
                        .asText()
                        .equals("NewReplicaSetAvailable"));

        ObjectNode set = cluster.list(ResourceTypes.REPLICA_SET).get(0);
        String hash = Meta.label(set, "pod-template-hash");
        assertThat(Meta.name(set)).isEqualTo("web-" + hash);
        assertThat(set.at("/spec/selector/matchLabels/pod-template-hash").asText())
                .isEqualTo(hash);
        assertThat(Meta.annotation(set, ReplicaSets.REVISION)).isEqualTo("1");
        assertThat(Meta.annotation(deployment(), ReplicaSets.REVISION)).isEqualTo("1");
        assertThat(Conditions.get(deployment(), "Available").path("reason").asText())
                .isEqualTo("MinimumReplicasAvailable");
        assertThat(Conditions.get(deployment(), "Progressing").path("message").asText())
                .isEqualTo("ReplicaSet \"" + Meta.name(set) + "\" has successfully progressed.");
        assertThat(cluster.list(ResourceTypes.EVENT))
                .extracting(event -> event.path("message").asText())
                .contains("Scaled up replica set " + Meta.name(set) + " from 0 to 3");
    }

    @Test
    @DisplayName("keeps to maxSurge and maxUnavailable while new pods do not become ready")
    void bounds() throws Exception {
        create(4, "strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}");
        cluster.await(this::isComplete);

        cluster.onlyStart(pod -> pod.at("/spec/containers/0/image").asText().endsWith(":1"));
        setImage("2");

        cluster.await(() -> sizes().equals(List.of(3, 2)));
        cluster.await(() -> deployment().at("/status/unavailableReplicas").asInt() == 2);
        assertThat(deployment().at("/status/availableReplicas").asInt()).isEqualTo(3);
    }

    @Test
    @DisplayName("returns to an earlier ReplicaSet, with a new revision, when its template returns")
    void rollback() throws Exception {
        create(2, "");
        cluster.await(this::isComplete);
        String first = Meta.name(cluster.list(ResourceTypes.REPLICA_SET).get(0));
        setImage("2");
        cluster.await(() -> isComplete() && sizes().equals(List.of(0, 2)));

        setImage("1");
        cluster.await(() -> isComplete() && sizes().equals(List.of(0, 2)));

        JsonNode again = cluster.get(ResourceTypes.REPLICA_SET, first);
        assertThat(ReplicaSets.replicas(again)).isEqualTo(2);
        assertThat(Meta.annotation(again, ReplicaSets.REVISION)).isEqualTo("3");
        assertThat(Meta.annotation(again, ReplicaSets.REVISION_HISTORY)).isEqualTo("1");
        assertThat(cluster.list(ResourceTypes.REPLICA_SET)).hasSize(2);
    }

    @Test
    @DisplayName("keeps only as many old ReplicaSets as it is told to")
    void history() throws Exception {
        create(1, "revisionHistoryLimit: 1");
        for (String tag : List.of("2", "3", "4")) {
            cluster.await(this::isComplete);
            setImage(tag);
        }

        cluster.await(() -> isComplete() && sizes().equals(List.of(0, 1)));
    }

    @Test
    @DisplayName("changes nothing but its size while it is paused")
    void paused() throws Exception {
        create(2, "");
        cluster.await(this::isComplete);
        cluster.change(ResourceTypes.DEPLOYMENT, "web", each -> ((ObjectNode) each.path("spec")).put("paused", true));
        setImage("2");
        cluster.change(ResourceTypes.DEPLOYMENT, "web", each -> ((ObjectNode) each.path("spec")).put("replicas", 3));

        cluster.await(() -> sizes().equals(List.of(3)));
        cluster.await(() -> Conditions.get(deployment(), "Progressing")
                .path("reason")
                .asText()
                .equals("DeploymentPaused"));

        cluster.change(ResourceTypes.DEPLOYMENT, "web", each -> ((ObjectNode) each.path("spec")).remove("paused"));
        cluster.await(() -> isComplete() && sizes().equals(List.of(0, 3)));
    }

    @Test
    @DisplayName("is scaled in proportion in the middle of a rollout")
    void proportional() throws Exception {
        create(10, "strategy: {rollingUpdate: {maxSurge: 3, maxUnavailable: 2}}");
        cluster.await(this::isComplete);
        cluster.onlyStart(pod -> pod.at("/spec/containers/0/image").asText().endsWith(":1"));
        setImage("2");
        cluster.await(() -> sizes().equals(List.of(8, 5)));

        cluster.change(ResourceTypes.DEPLOYMENT, "web", each -> ((ObjectNode) each.path("spec")).put("replicas", 15));

        // The example of Kubernetes' own documentation.
        cluster.await(() -> sizes().equals(List.of(11, 7)));
    }

    @Test
    @DisplayName("leaves its pods behind when it is deleted as an orphan's parent, and takes them over when it returns")
    void orphans() throws Exception {
        create(2, "");
        cluster.await(this::isComplete);
        List<String> pods =
                cluster.list(ResourceTypes.POD).stream().map(Meta::name).toList();

        cluster.store()
                .delete(
                        ResourceTypes.DEPLOYMENT.key("default", "web"),
                        DeleteOptions.defaults().withPropagation(DeleteOptions.Propagation.ORPHAN));
        cluster.await(() -> cluster.store()
                .get(ResourceTypes.DEPLOYMENT.key("default", "web"))
                .isEmpty());
        assertThat(Meta.controller(cluster.list(ResourceTypes.REPLICA_SET).get(0))
                        .isMissingNode())
                .isTrue();

        create(2, "");
        cluster.await(this::isComplete);
        assertThat(cluster.list(ResourceTypes.POD)).extracting(Meta::name).containsExactlyElementsOf(pods);
    }

    @Test
    @DisplayName("goes last when it is deleted in the foreground")
    void foreground() throws Exception {
        create(2, "");
        cluster.await(this::isComplete);

        cluster.store()
                .delete(
                        ResourceTypes.DEPLOYMENT.key("default", "web"),
                        DeleteOptions.defaults().withPropagation(DeleteOptions.Propagation.FOREGROUND));

        cluster.await(() -> cluster.store()
                .get(ResourceTypes.DEPLOYMENT.key("default", "web"))
                .isEmpty());
        assertThat(cluster.list(ResourceTypes.REPLICA_SET)).isEmpty();
        assertThat(cluster.list(ResourceTypes.POD)).isEmpty();
    }
}
