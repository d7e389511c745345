package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Keeps the numbered pods of StatefulSets: one after the other, updated from the highest number down. */
final class StatefulSetController extends Controller {
    private static final String COMPONENT = "statefulset-controller";

    private final RevisionedPods pods;

    StatefulSetController(ObjectStore store, Workers workers, EventRecorder events) {
        super(ResourceTypes.STATEFUL_SET, store, workers, events);
        this.pods = new RevisionedPods(store, events, COMPONENT, ResourceTypes.STATEFUL_SET);
    }

    @Override
    void start() {
        watchOwn();
        watchOwned(ResourceTypes.POD);
    }

    @Override
    void reconcile(ObjectKey key, ObjectNode set) {
        Map<Integer, ObjectNode> present = byOrdinal(set);
        if (!Meta.isDeleting(set)) {
            act(set, present);
        }
        writeStatus(key, set);
    }

    private Map<Integer, ObjectNode> byOrdinal(ObjectNode set) {
        Map<Integer, ObjectNode> byOrdinal = new TreeMap<>();
        String prefix = Meta.name(set) + "-";
        for (ObjectNode pod : new Adoption(store, ResourceTypes.STATEFUL_SET, set).claim(ResourceTypes.POD)) {
            String suffix = Meta.name(pod).startsWith(prefix) ? Meta.name(pod).substring(prefix.length()) : "";
            if (suffix.matches("[0-9]{1,9}")) {
                byOrdinal.put(Integer.parseInt(suffix), pod);
            }
        }
        return byOrdinal;
    }

    /** Makes one step, or all steps at once with the policy Parallel. */
    private void act(ObjectNode set, Map<Integer, ObjectNode> present) {
        JsonNode spec = set.path("spec");
        boolean parallel = spec.path("podManagementPolicy").asText().equals("Parallel");
        int first = spec.path("ordinals").path("start").asInt(0);
        int end = first + spec.path("replicas").asInt(1);
        String revision = RevisionedPods.revision(set);
        for (int ordinal = first; ordinal < end; ordinal++) {
            ObjectNode pod = present.get(ordinal);
            if (pod == null) {
                create(set, ordinal, revision);
            } else if (Pods.isTerminal(pod)) {
                pods.delete(set, pod);
            }
            boolean healthy = pod != null && Pods.isActive(pod) && isAvailable(set, pod);
            if (!healthy && !parallel) {
                return;
            }
        }
        List<Integer> surplus = present.keySet().stream()
                .filter(ordinal -> ordinal < first || ordinal >= end)
                .sorted(Comparator.reverseOrder())
                .toList();
        for (int ordinal : surplus) {
            pods.delete(set, Objects.requireNonNull(present.get(ordinal)));
            if (!parallel) {
                return;
            }
        }
        update(set, present, first, end, revision);
    }

    private void update(ObjectNode set, Map<Integer, ObjectNode> present, int first, int end, String revision) {
        JsonNode strategy = set.path("spec").path("updateStrategy");
        if (strategy.path("type").asText("RollingUpdate").equals("OnDelete")) {
            return;
        }
        int lowest =
                Math.max(first, strategy.path("rollingUpdate").path("partition").asInt(0));
        for (int ordinal = end - 1; ordinal >= lowest; ordinal--) {
            ObjectNode pod = present.get(ordinal);
            if (pod == null || Meta.isDeleting(pod)) {
                return;
            }
            if (!RevisionedPods.isCurrent(pod, revision)) {
                pods.delete(set, pod);
                return;
            }
            if (!isAvailable(set, pod)) {
                return;
            }
        }
    }

    private boolean isAvailable(ObjectNode set, ObjectNode pod) {
        long minReady = set.path("spec").path("minReadySeconds").asLong(0);
        boolean available = Pods.isAvailable(pod, minReady);
        if (!available && Pods.isReady(pod)) {
            enqueueAfter(ObjectKey.of(ResourceTypes.STATEFUL_SET, set), Duration.ofSeconds(1));
        }
        return available;
    }

    private void create(ObjectNode set, int ordinal, String revision) {
        String name = Meta.name(set) + "-" + ordinal;
        ObjectNode pod = pods.fresh(set, revision);
        ObjectNode metadata = Meta.child(pod, "metadata");
        metadata.remove("generateName");
        metadata.put("name", name);
        Meta.child(metadata, "labels")
                .put("statefulset.kubernetes.io/pod-name", name)
                .put("apps.kubernetes.io/pod-index", String.valueOf(ordinal));
        ObjectNode spec = Meta.child(pod, "spec");
        spec.put("hostname", name)
                .put("subdomain", set.path("spec").path("serviceName").asText(""));
        for (JsonNode template : set.path("spec").path("volumeClaimTemplates")) {
            String claim = Meta.name(template) + "-" + name;
            ensureClaim(set, template, claim);
            spec.withArray("/volumes")
                    .addObject()
                    .put("name", Meta.name(template))
                    .putObject("persistentVolumeClaim")
                    .put("claimName", claim);
        }
        pods.create(set, pod);
    }

    private void ensureClaim(ObjectNode set, JsonNode template, String name) {
        ObjectKey key = ResourceTypes.PERSISTENT_VOLUME_CLAIM.key(Meta.namespace(set), name);
        if (store.get(key).isPresent()) {
            return;
        }
        ObjectNode claim =
                JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
        ObjectNode metadata = claim.putObject("metadata").put("name", name);
        metadata.set("labels", set.at("/spec/selector/matchLabels").deepCopy());
        claim.set("spec", template.path("spec").deepCopy());
        try {
            store.create(ResourceTypes.PERSISTENT_VOLUME_CLAIM, Meta.namespace(set), claim);
        } catch (ApiError e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }

    private void writeStatus(ObjectKey key, ObjectNode set) {
        List<ObjectNode> now = List.copyOf(byOrdinal(set).values());
        String revision = RevisionedPods.revision(set);
        long minReady = set.path("spec").path("minReadySeconds").asLong(0);
        int updated = (int) now.stream()
                .filter(pod -> RevisionedPods.isCurrent(pod, revision))
                .count();
        store.modifyStatus(key, WriteOptions.by("kube-controller-manager"), object -> {
            ObjectNode status = Meta.child(object, "status");
            boolean whole = updated == now.size();
            String before = status.path("currentRevision").asText("");
            status.put("replicas", now.size())
                    .put("readyReplicas", (int)
                            now.stream().filter(Pods::isReady).count())
                    .put("availableReplicas", (int) now.stream()
                            .filter(pod -> Pods.isAvailable(pod, minReady))
                            .count())
                    .put("updatedReplicas", updated)
                    .put("currentReplicas", whole ? updated : now.size() - updated)
                    .put("updateRevision", Meta.name(set) + "-" + revision)
                    .put("currentRevision", whole || before.isEmpty() ? Meta.name(set) + "-" + revision : before)
                    .put(
                            "observedGeneration",
                            set.path("metadata").path("generation").asInt())
                    .put("collisionCount", 0);
            return object;
        });
    }
}
