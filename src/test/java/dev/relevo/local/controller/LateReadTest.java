package dev.relevo.local.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A controller that read an object before somebody else changed it")
class LateReadTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectKey BUDGET = ResourceTypes.POD_DISRUPTION_BUDGET.key("default", "guard");

    @TempDir
    Path directory;

    private ObjectStore store;
    private Workers workers;

    @BeforeEach
    void open() {
        store = KubernetesStore.open(directory);
        workers = new Workers();
    }

    @AfterEach
    void close() {
        workers.close();
        store.close();
    }

    @Test
    @DisplayName("does not give back a disruption that was granted meanwhile")
    void eviction() throws Exception {
        readyPod("web-1");
        readyPod("web-2");
        create(ResourceTypes.POD_DISRUPTION_BUDGET, """
                metadata: {name: guard}
                spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
                """);
        DisruptionController controller = new DisruptionController(store, workers, new EventRecorder(store));
        controller.reconcile(BUDGET, budget());
        assertThat(budget().at("/status/disruptionsAllowed").asInt()).isEqualTo(1);

        ObjectNode read = budget();
        store.modifyStatus(BUDGET, WriteOptions.NONE, LateReadTest::grantedToTheFirst);
        controller.reconcile(BUDGET, read);

        assertThat(budget().at("/status/disruptionsAllowed").asInt()).isZero();
        assertThat(budget().at("/status/disruptedPods/web-1").asText()).isNotEmpty();

        controller.reconcile(BUDGET, budget());
        assertThat(budget().at("/status/currentHealthy").asInt()).isEqualTo(1);
        assertThat(budget().at("/status/disruptionsAllowed").asInt()).isZero();
    }

    private static ObjectNode grantedToTheFirst(ObjectNode budget) {
        ObjectNode status = Meta.child(budget, "status");
        status.put("disruptionsAllowed", 0);
        Meta.child(status, "disruptedPods").put("web-1", Meta.now());
        return budget;
    }

    @Test
    @DisplayName("adopts nothing for a workload that was deleted meanwhile")
    void deletedOwner() throws Exception {
        ObjectNode read = replicaSet();
        store.delete(ObjectKey.of(ResourceTypes.REPLICA_SET, read), DeleteOptions.now());
        readyPod("web-1");

        assertThat(new Adoption(store, ResourceTypes.REPLICA_SET, read).claim(ResourceTypes.POD))
                .isEmpty();
        assertThat(pod("web-1").at("/metadata/ownerReferences")).isEmpty();
    }

    @Test
    @DisplayName("adopts nothing for a workload in whose place there is another of its name")
    void replacedOwner() throws Exception {
        ObjectNode read = replicaSet();
        store.delete(ObjectKey.of(ResourceTypes.REPLICA_SET, read), DeleteOptions.now());
        ObjectNode another = replicaSet();
        readyPod("web-1");

        assertThat(new Adoption(store, ResourceTypes.REPLICA_SET, read).claim(ResourceTypes.POD))
                .isEmpty();
        assertThat(new Adoption(store, ResourceTypes.REPLICA_SET, another).claim(ResourceTypes.POD))
                .hasSize(1);
        assertThat(pod("web-1").at("/metadata/ownerReferences/0/uid").asText()).isEqualTo(Meta.uid(another));
    }

    private ObjectNode budget() {
        return store.get(BUDGET).orElseThrow();
    }

    private JsonNode pod(String name) {
        return store.get(ResourceTypes.POD.key("default", name)).orElseThrow();
    }

    private ObjectNode replicaSet() throws Exception {
        return create(ResourceTypes.REPLICA_SET, """
                metadata: {name: web}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: "localhost/web:1"}]}
                """);
    }

    private void readyPod(String name) throws Exception {
        ObjectNode pod = create(ResourceTypes.POD, """
                metadata: {name: %s, labels: {app: web}}
                spec: {containers: [{name: web, image: "localhost/web:1"}]}
                """.formatted(name));
        store.modifyStatus(ObjectKey.of(ResourceTypes.POD, pod), WriteOptions.NONE, each -> {
            ObjectNode status = Meta.child(each, "status");
            status.put("phase", "Running");
            Conditions.set(status, "Ready", "True", "", "", false);
            return each;
        });
    }

    private ObjectNode create(ResourceType type, String yaml) throws Exception {
        return store.create(type, "default", (ObjectNode) YAML.readTree(yaml));
    }
}
