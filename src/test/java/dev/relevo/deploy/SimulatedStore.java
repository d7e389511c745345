package dev.relevo.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster.DeleteOptions;
import dev.relevo.cluster.Cluster.Deletion;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LabelSelector;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.release.Json;
import dev.relevo.deploy.release.Marks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The objects of a simulated cluster with the rules of the API server that deploys depend on. */
public final class SimulatedStore {
    private final Map<String, KubeObject> objects = new TreeMap<>();
    private final Map<String, ObjectNode> applied = new HashMap<>();
    private final Map<String, String> refusals = new HashMap<>();
    private long version;
    private long uids;

    public Optional<KubeObject> get(ObjectRef ref) {
        return Optional.ofNullable(objects.get(key(ref)));
    }

    public List<KubeObject> list(Kind kind, String namespace, Map<String, String> labels) {
        return list(kind, namespace, LabelSelector.of(labels));
    }

    List<KubeObject> list(Kind kind, String namespace, LabelSelector labels) {
        return matching(objects.values(), kind, namespace, labels);
    }

    static List<KubeObject> matching(
            Collection<KubeObject> objects, Kind kind, String namespace, LabelSelector labels) {
        List<KubeObject> found = new ArrayList<>();
        for (KubeObject object : objects) {
            if (object.kind().equals(kind)
                    && (namespace.isEmpty() || object.namespace().equals(namespace))
                    && labels.matches(object.labels())) {
                found.add(object);
            }
        }
        return found;
    }

    List<KubeObject> all() {
        return List.copyOf(objects.values());
    }

    String version() {
        return Long.toString(version);
    }

    /** Writes to this object are forbidden from now on, with this message. */
    void refuse(String object, String message) {
        refusals.put(object, message);
    }

    public KubeObject create(KubeObject object) {
        if (objects.containsKey(key(object.ref()))) {
            throw new ClusterRefusal.Conflict(object.ref() + " already exists");
        }
        return put(
                object.with(tree -> metadata(tree).put("uid", "uid-" + ++uids).put("generation", 1)), Optional.empty());
    }

    /** Three-way like server-side apply by one manager: what it named before and names no more goes. */
    KubeObject apply(KubeObject desired) {
        String key = key(desired.ref());
        String refusal = refusals.get(desired.ref().toString());
        if (refusal != null) {
            throw new ClusterRefusal.Forbidden(refusal);
        }
        ObjectNode wanted = desired.tree();
        String uid = desired.uid();
        String resourceVersion = desired.resourceVersion();
        metadata(wanted).remove(List.of("uid", "resourceVersion"));
        Optional<KubeObject> live = get(desired.ref());
        if (live.isEmpty()) {
            if (!uid.isEmpty()) {
                throw new ClusterRefusal.Conflict(desired.ref() + " is gone");
            }
            applied.put(key, wanted);
            return create(withOwner(KubeObject.of(wanted), wanted));
        }
        precondition(live.get(), uid, resourceVersion);
        ObjectNode before = applied.getOrDefault(key, Json.object()).deepCopy();
        boolean ownedByOther =
                live.get().at("/metadata/managedFields/0/manager").isTextual()
                        && !"relevo"
                                .equals(live.get()
                                        .at("/metadata/managedFields/0/manager")
                                        .asText());
        if (ownedByOther) {
            // Giving up a field that somebody else owns too leaves its value.
            Marks.child(before, "spec").remove("replicas");
        }
        ObjectNode merged = live.get().tree();
        threeWay(merged, before, wanted);
        applied.put(key, wanted);
        return put(withOwner(KubeObject.of(merged), wanted), live);
    }

    public KubeObject replace(KubeObject object) {
        KubeObject live = require(object.ref());
        precondition(live, object.uid(), object.resourceVersion());
        return put(object, Optional.of(live));
    }

    KubeObject merge(ObjectRef ref, ObjectNode patch) {
        KubeObject live = require(ref);
        precondition(live, "", patch.at("/metadata/resourceVersion").asText(""));
        ObjectNode merged = live.tree();
        mergePatch(merged, patch);
        return put(KubeObject.of(merged), Optional.of(live));
    }

    Deletion delete(ObjectRef ref, DeleteOptions options) {
        Optional<KubeObject> live = get(ref);
        if (live.isEmpty()) {
            return Deletion.NOTHING;
        }
        precondition(
                live.get(), options.uid().orElse(""), options.resourceVersion().orElse(""));
        remove(ref);
        return Deletion.DONE;
    }

    void remove(ObjectRef ref) {
        version++;
        objects.remove(key(ref));
        applied.remove(key(ref));
    }

    /** What controllers write: no generation, no preconditions. */
    public KubeObject update(KubeObject changed) {
        KubeObject live = require(changed.ref());
        if (changed.equals(live)) {
            return live;
        }
        return store(changed);
    }

    private KubeObject put(KubeObject object, Optional<KubeObject> live) {
        if (object.kind().equals(Kind.LEASE)
                && object.at("/spec/holderIdentity").isTextual()
                && object.at("/spec/holderIdentity").asText().isEmpty()) {
            throw new ClusterRefusal.Invalid(422, object.ref() + ": spec.holderIdentity: must not be empty");
        }
        if (live.isPresent()) {
            if (object.kind().equals(Kind.DEPLOYMENT)
                    && !object.at("/spec/selector").equals(live.get().at("/spec/selector"))) {
                throw new ClusterRefusal.Invalid(422, object.ref() + ": spec.selector: field is immutable");
            }
            KubeObject same = object.with(
                    tree -> metadata(tree).put("resourceVersion", live.get().resourceVersion()));
            if (same.equals(live.get())) {
                return live.get();
            }
            if (!object.at("/spec").equals(live.get().at("/spec"))) {
                long generation = live.get().generation() + 1;
                return store(object.with(tree -> metadata(tree).put("generation", generation)));
            }
        }
        return store(object);
    }

    private KubeObject store(KubeObject object) {
        KubeObject stored = object.with(tree -> metadata(tree).put("resourceVersion", Long.toString(++version)));
        objects.put(key(stored.ref()), stored);
        return stored;
    }

    private static KubeObject withOwner(KubeObject object, ObjectNode wanted) {
        if (wanted.at("/spec/replicas").isMissingNode()) {
            return object;
        }
        return object.with(tree -> {
            var fields = metadata(tree).putArray("managedFields").addObject();
            fields.put("manager", "relevo");
            fields.putObject("fieldsV1").putObject("f:spec").putObject("f:replicas");
        });
    }

    private KubeObject require(ObjectRef ref) {
        return get(ref).orElseThrow(() -> new ClusterRefusal.NotFound(ref + " not found"));
    }

    private static void precondition(KubeObject live, String uid, String resourceVersion) {
        boolean otherUid = !uid.isEmpty() && !uid.equals(live.uid());
        boolean changed = !resourceVersion.isEmpty() && !resourceVersion.equals(live.resourceVersion());
        if (otherUid || changed) {
            throw new ClusterRefusal.Conflict(live.ref() + " was changed meanwhile");
        }
    }

    private static void threeWay(ObjectNode live, ObjectNode before, ObjectNode wanted) {
        List<String> named = new ArrayList<>();
        before.fieldNames().forEachRemaining(named::add);
        for (String key : named) {
            if (!wanted.has(key)) {
                live.remove(key);
            }
        }
        wanted.properties().forEach(entry -> {
            JsonNode now = live.get(entry.getKey());
            boolean atomic = entry.getKey().equals("selector") || !(entry.getValue() instanceof ObjectNode);
            if (atomic || !(now instanceof ObjectNode)) {
                live.set(entry.getKey(), entry.getValue().deepCopy());
            } else {
                ObjectNode earlier = before.get(entry.getKey()) instanceof ObjectNode found ? found : Json.object();
                threeWay((ObjectNode) now, earlier, (ObjectNode) entry.getValue());
            }
        });
    }

    private static void mergePatch(ObjectNode live, ObjectNode patch) {
        patch.properties().forEach(entry -> {
            if (entry.getValue().isNull()) {
                live.remove(entry.getKey());
            } else if (entry.getValue() instanceof ObjectNode inner
                    && live.get(entry.getKey()) instanceof ObjectNode now) {
                mergePatch(now, inner);
            } else {
                live.set(entry.getKey(), entry.getValue().deepCopy());
            }
        });
    }

    private static ObjectNode metadata(ObjectNode tree) {
        return Marks.child(tree, "metadata");
    }

    private static String key(ObjectRef ref) {
        return ref.kind() + "/" + ref.namespace() + "/" + ref.name();
    }
}
