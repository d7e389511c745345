package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.Watch;
import dev.relevo.local.store.WriteOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A store with the controllers over it. The test is the node: by itself every pod becomes ready as soon as it exists and
 * goes as soon as it is deleted, unless the test holds pods back.
 */
final class ControllerCluster implements AutoCloseable {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final ObjectStore store;
    private final Workers workers = new Workers();
    private final Controllers controllers;
    private final WorkQueue<ObjectKey> node;
    private final Watch pods;
    private volatile Predicate<JsonNode> starts = pod -> true;

    ControllerCluster(Path directory) {
        store = KubernetesStore.open(directory);
        controllers = new Controllers(store, workers, new EventRecorder(store));
        node = new WorkQueue<>("test node", workers, 4, this::run);
        pods = Informer.of(store, ResourceTypes.POD, pod -> node.add(ObjectKey.of(ResourceTypes.POD, pod)));
        controllers.start();
    }

    private void run(ObjectKey key) {
        ObjectNode pod = store.get(key).orElse(null);
        if (pod == null) {
            return;
        }
        if (Meta.isDeleting(pod)) {
            store.delete(key, DeleteOptions.now());
        } else if (pod.path("spec").path("nodeName").asText("").isEmpty()) {
            store.modify(key, WriteOptions.NONE, each -> {
                Meta.child(each, "spec").put("nodeName", "local");
                return each;
            });
        } else {
            // Asked within the write: the test may end the pod at any time, and an ended pod never runs again.
            store.modifyStatus(
                    key, WriteOptions.NONE, each -> isToStart(each) ? withPhase(each, "Running", "True") : each);
        }
    }

    private boolean isToStart(JsonNode pod) {
        return starts.test(pod) && !Pods.isReady(pod) && !Pods.isTerminal(pod);
    }

    private static ObjectNode withPhase(ObjectNode pod, String phase, String ready) {
        ObjectNode status = Meta.child(pod, "status");
        status.put("phase", phase)
                .put("podIP", "127.64.1." + (1 + Math.floorMod(Meta.name(pod).hashCode(), 250)));
        Conditions.set(status, "Ready", ready, "", "", false);
        return pod;
    }

    /** From now on only these pods become ready. */
    void onlyStart(Predicate<JsonNode> which) {
        starts = which;
    }

    /** Looks at a pod again. */
    void touch(String pod) {
        node.add(ResourceTypes.POD.key("default", pod));
    }

    /** Ends a pod's containers. */
    void finish(String pod, String phase) {
        store.modifyStatus(
                ResourceTypes.POD.key("default", pod), WriteOptions.NONE, each -> withPhase(each, phase, "False"));
    }

    ObjectStore store() {
        return store;
    }

    ObjectNode create(ResourceType type, String yaml) throws Exception {
        ObjectNode object = (ObjectNode) YAML.readTree(yaml);
        return store.create(type, object.at("/metadata/namespace").asText(type.namespaced() ? "default" : ""), object);
    }

    void change(ResourceType type, String name, Consumer<ObjectNode> change) {
        store.modify(type.key("default", name), WriteOptions.NONE, object -> {
            change.accept(object);
            return object;
        });
    }

    ObjectNode get(ResourceType type, String name) {
        return store.get(type.key("default", name)).orElseThrow();
    }

    List<ObjectNode> list(ResourceType type) {
        return store.list(type, "default", LabelSelector.everything());
    }

    void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not within a minute: " + list(ResourceTypes.DEPLOYMENT) + "\n"
                        + list(ResourceTypes.REPLICA_SET) + "\n" + list(ResourceTypes.POD) + "\n"
                        + list(ResourceTypes.EVENT).stream()
                                .map(event -> event.path("message").asText())
                                .toList());
            }
            Thread.sleep(10);
        }
    }

    @Override
    public void close() {
        pods.close();
        node.close();
        controllers.close();
        workers.close();
        store.close();
    }
}
