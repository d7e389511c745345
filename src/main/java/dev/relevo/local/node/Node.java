package dev.relevo.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.controller.Conditions;
import dev.relevo.local.controller.EventRecorder;
import dev.relevo.local.controller.Informer;
import dev.relevo.local.controller.Meta;
import dev.relevo.local.controller.WorkQueue;
import dev.relevo.local.controller.Workers;
import dev.relevo.local.files.Directories;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.Watch;
import dev.relevo.local.store.WriteOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** The one node of the local environment: takes every pod that can be scheduled and runs it as local processes. */
public final class Node implements AutoCloseable {
    /** The node's name. */
    public static final String NAME = "local";

    private static final Logger LOG = Logger.getLogger(Node.class.getName());
    private static final int PODS_AT_ONCE = 16;
    private static final Duration UNUSED_IMAGES_KEPT = Duration.ofDays(3);

    private final NodeContext context;
    private final WorkQueue<ObjectKey> queue;
    private final Map<ObjectKey, PodWorker> pods = new ConcurrentHashMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private volatile boolean closed;

    /**
     * A node that is not started yet.
     *
     * @param drain what to wait for before a pod is told to end
     */
    public Node(
            ObjectStore store,
            Workers workers,
            EventRecorder events,
            ImageSource images,
            PodDrain drain,
            NodeOptions options) {
        this.context = new NodeContext(
                store,
                workers,
                events,
                images,
                new ImageStore(options.directory().resolve("images")),
                new PodAddresses(options.podAddresses()),
                drain,
                options);
        this.queue = new WorkQueue<>("node", workers, PODS_AT_ONCE, this::sync);
    }

    /** Ends what a node before this one left behind, registers, and begins to take pods. */
    public void start() throws IOException {
        Files.createDirectories(context.options().directory().resolve("pods"));
        endLeftovers(context.options().directory());
        context.unpacked().prune(UNUSED_IMAGES_KEPT);
        removeForgottenPods();
        NodeObject.register(context.store());
        ObjectStore store = context.store();
        watches.add(Informer.of(store, ResourceTypes.POD, pod -> queue.add(ObjectKey.of(ResourceTypes.POD, pod))));
        watches.add(Informer.of(store, ResourceTypes.CONFIG_MAP, object -> sourceChanged(false, object)));
        watches.add(Informer.of(store, ResourceTypes.SECRET, object -> sourceChanged(true, object)));
        watches.add(Informer.of(
                store,
                ResourceTypes.PERSISTENT_VOLUME_CLAIM,
                claim -> context.workers().run(() -> removeForgottenClaim(Meta.namespace(claim), Meta.name(claim)))));
        removeForgottenClaims();
    }

    /** The data of a claim goes with it, once no pod uses it any more; what a pod still holds goes at the next start. */
    private void removeForgottenClaim(String namespace, String name) {
        ObjectStore store = context.store();
        boolean known = store.get(ResourceTypes.PERSISTENT_VOLUME_CLAIM.key(namespace, name))
                .isPresent();
        boolean used = store.list(ResourceTypes.POD, namespace, LabelSelector.everything()).stream()
                .anyMatch(pod -> PodVolumes.uses(pod, name));
        if (known || used) {
            return;
        }
        try {
            Directories.delete(context.claims().resolve(namespace).resolve(name));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The data of claim [" + namespace + "/" + name + "] cannot be removed", e);
        }
    }

    private void removeForgottenClaims() throws IOException {
        if (!Files.isDirectory(context.claims())) {
            return;
        }
        try (Stream<Path> claims = Files.find(context.claims(), 2, (path, attributes) -> true)) {
            claims.filter(path -> context.claims().relativize(path).getNameCount() == 2)
                    .toList()
                    .forEach(path -> {
                        Path place = context.claims().relativize(path);
                        removeForgottenClaim(
                                place.getName(0).toString(), place.getName(1).toString());
                    });
        }
    }

    /** Pods that were deleted while no node ran have left their directories. */
    private void removeForgottenPods() throws IOException {
        Set<String> known = new HashSet<>();
        for (ObjectNode pod : context.store().list(ResourceTypes.POD, "", LabelSelector.everything())) {
            known.add(Meta.uid(pod));
        }
        for (String kind : List.of("pods", "logs")) {
            Path parent = context.options().directory().resolve(kind);
            if (!Files.isDirectory(parent)) {
                continue;
            }
            List<Path> directories;
            try (Stream<Path> children = Files.list(parent)) {
                directories = children.toList();
            }
            for (Path directory : directories) {
                String name = String.valueOf(directory.getFileName());
                if (!known.contains(name.substring(name.lastIndexOf('_') + 1))) {
                    Directories.delete(directory);
                }
            }
        }
    }

    /**
     * Ends the processes that a node in this directory left behind, because its JVM was killed.
     *
     * @throws IOException when their records cannot be read
     */
    public static void endLeftovers(Path directory) throws IOException {
        Path pods = directory.resolve("pods");
        if (!Files.isDirectory(pods)) {
            return;
        }
        List<Path> records;
        try (Stream<Path> files = Files.find(pods, 4, (path, attributes) -> path.endsWith("process.json"))) {
            records = files.toList();
        }
        for (Path record : records) {
            if (ContainerProcess.killLeftover(record)) {
                LOG.log(Level.INFO, "Ended a process that was left behind: {0}", record);
            }
        }
    }

    private void sourceChanged(boolean secret, JsonNode object) {
        String namespace = Meta.namespace(object);
        String name = Meta.name(object);
        pods.forEach((key, worker) -> {
            if (key.namespace().equals(namespace) && worker.isInterestedIn(secret, name)) {
                queue.add(key);
            }
        });
    }

    private void sync(ObjectKey key) throws IOException, InterruptedException {
        PodWorker worker = pods.get(key);
        if (worker != null) {
            worker.sync();
            if (!worker.isFinished()) {
                return;
            }
            pods.remove(key);
        }
        Optional<ObjectNode> object = context.store().get(key);
        if (object.isEmpty()) {
            return;
        }
        ObjectNode pod = object.get();
        if (pod.path("spec").path("nodeName").asText("").isEmpty()) {
            schedule(key, pod);
        } else if (pod.path("spec").path("nodeName").asText().equals(NAME)
                && (worker == null || !worker.uid().equals(Meta.uid(pod)))) {
            PodWorker fresh = new PodWorker(context, pod, delay -> wake(key, delay));
            pods.put(key, fresh);
            if (!closed) {
                fresh.sync();
            }
        }
    }

    private void wake(ObjectKey key, Duration delay) {
        if (delay.isZero()) {
            queue.add(key);
        } else {
            queue.addAfter(key, delay);
        }
    }

    private void schedule(ObjectKey key, ObjectNode pod) {
        if (Meta.isDeleting(pod) || !pod.path("spec").path("schedulingGates").isEmpty()) {
            return;
        }
        Optional<String> refusal =
                context.store().get(ResourceTypes.NODE.key("", NAME)).flatMap(node -> Scheduling.refusal(pod, node));
        if (refusal.isPresent()) {
            context.events().warning("default-scheduler", pod, "FailedScheduling", refusal.get());
            context.store().modifyStatus(key, WriteOptions.by("kube-scheduler"), object -> {
                ObjectNode status = Meta.child(object, "status");
                status.put("phase", "Pending");
                Conditions.set(status, "PodScheduled", "False", "Unschedulable", refusal.get(), false);
                return object;
            });
            return;
        }
        context.store().modify(key, WriteOptions.by("kube-scheduler"), object -> {
            Meta.child(object, "spec").put("nodeName", NAME);
            return object;
        });
        context.events()
                .normal(
                        "default-scheduler",
                        pod,
                        "Scheduled",
                        "Successfully assigned " + key.namespace() + "/" + key.name() + " to " + NAME);
    }

    /**
     * Copies a container's log.
     *
     * @param previous the run before the present one
     * @throws ApiError 400 in the words of a kubelet when there is no such log
     */
    public void copyLog(ObjectNode pod, String container, boolean previous, LogQuery query, OutputStream out)
            throws IOException, InterruptedException {
        Path logs = context.logDirectory(pod).resolve(container);
        List<Path> runs = runs(logs);
        int wanted = runs.size() - (previous ? 2 : 1);
        if (wanted < 0) {
            throw ApiError.badRequest(
                    previous
                            ? "previous terminated container \"" + container + "\" in pod \"" + Meta.name(pod)
                                    + "\" not found"
                            : "container \"" + container + "\" in pod \"" + Meta.name(pod) + "\" is waiting to start: "
                                    + waitingReason(pod, container));
        }
        PodWorker worker = pods.get(ObjectKey.of(ResourceTypes.POD, pod));
        Optional<ContainerLog> running = worker == null || previous
                ? Optional.empty()
                : worker.currentLog(container).filter(log -> log.file().equals(runs.get(wanted)));
        new LogReader(runs.get(wanted), running, query).copyTo(out);
    }

    private static List<Path> runs(Path logs) throws IOException {
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(logs)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted(Comparator.comparingInt(Node::runNumber))
                    .toList();
        }
    }

    private static int runNumber(Path file) {
        return Integer.parseInt(String.valueOf(file.getFileName()).replace(".log", ""));
    }

    private static String waitingReason(JsonNode pod, String container) {
        for (JsonNode status : pod.path("status").path("containerStatuses")) {
            if (status.path("name").asText().equals(container)) {
                return status.path("state").path("waiting").path("reason").asText("ContainerCreating");
            }
        }
        return "ContainerCreating";
    }

    /** The memory of this machine. */
    static long memoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 8L << 30;
    }

    /** Ends all pods' processes with their grace; their objects stay, and the next start runs them again. */
    @Override
    public void close() {
        closed = true;
        watches.forEach(Watch::close);
        queue.close();
        List<Thread> stopping = new ArrayList<>();
        for (PodWorker worker : pods.values()) {
            Thread thread = new Thread(() -> stop(worker), "stop-pod");
            thread.start();
            stopping.add(thread);
        }
        try {
            for (Thread thread : stopping) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop(PodWorker worker) {
        try {
            worker.stop(context.options().stopWithin());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
