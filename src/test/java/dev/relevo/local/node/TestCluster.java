package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.controller.Controllers;
import dev.relevo.local.controller.EventRecorder;
import dev.relevo.local.controller.Workers;
import dev.relevo.local.network.LoopbackNetwork;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Store, controllers and node together, for tests that need no network in front of them. */
public final class TestCluster implements AutoCloseable {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LoopbackNetwork network;
    private final ObjectStore store;
    private final Workers workers;
    private final Controllers controllers;
    private final Node node;
    private final TestImages images;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();

    private TestCluster(
            LoopbackNetwork network,
            ObjectStore store,
            Workers workers,
            Controllers controllers,
            Node node,
            TestImages images) {
        this.network = network;
        this.store = store;
        this.workers = workers;
        this.controllers = controllers;
        this.node = node;
        this.images = images;
    }

    public static TestCluster start(Path directory) throws IOException {
        return start(directory, new TestImages());
    }

    /** @param images what there is from the beginning, for pods that the store has from an earlier run */
    static TestCluster start(Path directory, TestImages images) throws IOException {
        return start(directory, images, store -> store);
    }

    /** @param asTheNodeSees what the node reads and writes instead of the store itself */
    static TestCluster start(Path directory, TestImages images, UnaryOperator<ObjectStore> asTheNodeSees)
            throws IOException {
        LoopbackNetwork network = LoopbackNetwork.take(0);
        ObjectStore store = KubernetesStore.open(directory.resolve("store"));
        ObjectStore seen = asTheNodeSees.apply(store);
        Workers workers = new Workers();
        Controllers controllers = new Controllers(store, workers, new EventRecorder(store));
        Node node = new Node(
                seen,
                workers,
                new EventRecorder(seen),
                images,
                PodDrain.NONE,
                NodeOptions.in(directory.resolve("node"), network.pods()));
        controllers.start();
        node.start();
        return new TestCluster(network, store, workers, controllers, node, images);
    }

    public ObjectStore store() {
        return store;
    }

    public Node node() {
        return node;
    }

    public TestImages images() {
        return images;
    }

    /** Creates or replaces the object of a YAML text. */
    public ObjectNode apply(String yaml) throws IOException {
        ObjectNode object = (ObjectNode) YAML.readTree(yaml);
        ResourceType type = store.types()
                .byKind(object.path("apiVersion").asText(), object.path("kind").asText())
                .orElseThrow();
        String namespace = object.at("/metadata/namespace").asText("");
        var key = type.key(namespace, object.at("/metadata/name").asText());
        return store.get(key).isPresent() ? store.update(key, object) : store.create(type, namespace, object);
    }

    public ObjectNode awaitPod(String name, Predicate<JsonNode> condition) throws Exception {
        return awaitObject(ResourceTypes.POD, name, condition);
    }

    public ObjectNode awaitObject(ResourceType type, String name, Predicate<JsonNode> condition) throws Exception {
        var key = type.key("default", name);
        // As it was when the condition held: a moment later it may hold no more.
        List<ObjectNode> met = new ArrayList<>();
        await(() -> {
            store.get(key).filter(condition).ifPresent(met::add);
            return !met.isEmpty();
        });
        return met.get(0);
    }

    /**
     * Waits until the condition holds; fails after a minute, telling what there is. A server that does not answer is one that does
     * not answer yet.
     */
    public void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not within " + PATIENCE + ". Pods: "
                        + store.list(ResourceTypes.POD, "", LabelSelector.everything()) + "\nEvents: " + allEvents());
            }
            Thread.sleep(20);
        }
    }

    private static boolean holds(Callable<Boolean> condition) throws Exception {
        try {
            return condition.call();
        } catch (IOException notYet) {
            return false;
        }
    }

    private List<String> allEvents() {
        return store.list(ResourceTypes.EVENT, "", LabelSelector.everything()).stream()
                .map(event -> event.path("reason").asText() + " "
                        + event.path("message").asText())
                .toList();
    }

    public static boolean isReady(JsonNode pod) {
        return dev.relevo.local.controller.Pods.isReady(pod);
    }

    public String get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    public boolean answers(String url) throws InterruptedException {
        try {
            get(url);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public List<String> eventReasons(String about) {
        return events(about).stream()
                .map(event -> event.path("reason").asText())
                .toList();
    }

    public List<String> eventMessages(String about) {
        return events(about).stream()
                .map(event -> event.path("message").asText())
                .toList();
    }

    private List<ObjectNode> events(String about) {
        return store.list(ResourceTypes.EVENT, "default", LabelSelector.everything()).stream()
                .filter(event -> event.at("/involvedObject/name").asText().equals(about))
                .toList();
    }

    @Override
    public void close() {
        controllers.close();
        node.close();
        workers.close();
        store.close();
        network.close();
    }
}
