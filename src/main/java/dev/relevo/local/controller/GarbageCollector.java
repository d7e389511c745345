package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.Watch;
import dev.relevo.local.store.WriteOptions;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Removes what has lost its last owner, and carries out the deletion policies {@code Foreground} and {@code Orphan}; after
 * the garbage collector of Kubernetes.
 */
final class GarbageCollector implements AutoCloseable {
    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";

    private final ObjectStore store;
    private final WorkQueue<ObjectKey> queue;
    private final Map<String, Set<ObjectKey>> dependents = new ConcurrentHashMap<>();
    private final Set<ResourceType> followed = ConcurrentHashMap.newKeySet();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    GarbageCollector(ObjectStore store, Workers workers) {
        this.store = store;
        this.queue = new WorkQueue<>("garbage collector", workers, 2, this::collect);
    }

    void start() {
        store.types().whenRegistered(this::follow);
        store.types().all().forEach(this::follow);
    }

    private void follow(ResourceType type) {
        if (followed.add(type)) {
            watches.add(Informer.withPrevious(store, type, (object, previous) -> observe(type, object, previous)));
        }
    }

    private void observe(ResourceType type, ObjectNode object, ObjectNode previous) {
        ObjectKey key = ObjectKey.of(type, object);
        boolean gone = store.get(key)
                .filter(now -> Meta.uid(now).equals(Meta.uid(object)))
                .isEmpty();
        Set<String> owners = ownerUids(object);
        for (String former : ownerUids(previous)) {
            if (gone || !owners.contains(former)) {
                forget(former, key);
            }
        }
        if (!gone) {
            owners.forEach(uid -> dependents
                    .computeIfAbsent(uid, ignored -> ConcurrentHashMap.newKeySet())
                    .add(key));
        }
        boolean held = !object.path("metadata").path("finalizers").isEmpty() && Meta.isDeleting(object);
        if (gone) {
            dependents.getOrDefault(Meta.uid(object), Set.of()).forEach(queue::add);
            // An owner that waits in the foreground may have waited for this one.
            for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
                ownerKey(key.namespace(), owner).ifPresent(queue::add);
            }
        } else if (held || !owners.isEmpty()) {
            queue.add(key);
        }
    }

    private void forget(String owner, ObjectKey dependent) {
        dependents.computeIfPresent(owner, (uid, keys) -> {
            keys.remove(dependent);
            return keys.isEmpty() ? null : keys;
        });
    }

    private static Set<String> ownerUids(JsonNode object) {
        Set<String> uids = new HashSet<>();
        object.path("metadata")
                .path("ownerReferences")
                .forEach(owner -> uids.add(owner.path("uid").asText()));
        return uids;
    }

    private Optional<ObjectKey> ownerKey(String namespace, JsonNode reference) {
        return store.types()
                .byKind(
                        reference.path("apiVersion").asText(),
                        reference.path("kind").asText())
                .map(store.types()::stored)
                .filter(type -> !type.namespaced() || !namespace.isEmpty())
                .map(type -> type.key(namespace, reference.path("name").asText()));
    }

    private void collect(ObjectKey key) {
        Optional<ObjectNode> found = store.get(key);
        if (found.isEmpty()) {
            return;
        }
        ObjectNode object = found.get();
        if (Meta.isDeleting(object)) {
            if (hasFinalizer(object, ORPHAN)) {
                orphanDependents(key, object);
            } else if (hasFinalizer(object, FOREGROUND)) {
                deleteDependentsFirst(key, object);
            }
            return;
        }
        judgeOwners(key, object);
    }

    /** Deletes the object if no owner is left; drops references to owners that are gone if another one is left. */
    private void judgeOwners(ObjectKey key, ObjectNode object) {
        JsonNode references = object.path("metadata").path("ownerReferences");
        if (references.isEmpty()) {
            return;
        }
        Set<String> gone = new HashSet<>();
        boolean solid = false;
        boolean waiting = false;
        for (JsonNode reference : references) {
            Optional<ObjectKey> ownerKey = ownerKey(key.namespace(), reference);
            if (ownerKey.isEmpty()) {
                // Of a kind that is not served here: it cannot be judged.
                solid = true;
                continue;
            }
            String uid = reference.path("uid").asText();
            Optional<ObjectNode> owner =
                    store.get(ownerKey.get()).filter(each -> Meta.uid(each).equals(uid));
            if (owner.isEmpty()) {
                gone.add(uid);
            } else if (Meta.isDeleting(owner.get()) && hasFinalizer(owner.get(), FOREGROUND)) {
                waiting = true;
                gone.add(uid);
            } else {
                solid = true;
            }
        }
        if (solid) {
            if (!gone.isEmpty()) {
                modify(key, each -> gone.forEach(uid -> Adoption.removeOwner(each, uid)));
            }
        } else {
            boolean ownsMore = dependents.containsKey(Meta.uid(object));
            delete(
                    key,
                    object,
                    waiting && ownsMore
                            ? DeleteOptions.Propagation.FOREGROUND
                            : hasFinalizer(object, ORPHAN)
                                    ? DeleteOptions.Propagation.ORPHAN
                                    : DeleteOptions.Propagation.BACKGROUND);
        }
    }

    private void orphanDependents(ObjectKey key, ObjectNode owner) {
        String uid = Meta.uid(owner);
        for (ObjectKey dependent : Set.copyOf(dependents.getOrDefault(uid, Set.of()))) {
            modify(dependent, each -> Adoption.removeOwner(each, uid));
        }
        removeFinalizer(key, ORPHAN);
    }

    private void deleteDependentsFirst(ObjectKey key, ObjectNode owner) {
        boolean blocked = false;
        for (ObjectKey dependent : Set.copyOf(dependents.getOrDefault(Meta.uid(owner), Set.of()))) {
            Optional<ObjectNode> object = store.get(dependent);
            if (object.isPresent()) {
                blocked |= blocks(object.get(), owner);
                queue.add(dependent);
            }
        }
        if (!blocked) {
            removeFinalizer(key, FOREGROUND);
        }
    }

    private static boolean blocks(JsonNode dependent, JsonNode owner) {
        for (JsonNode reference : dependent.path("metadata").path("ownerReferences")) {
            if (reference.path("uid").asText().equals(Meta.uid(owner))) {
                return reference.path("blockOwnerDeletion").asBoolean();
            }
        }
        return false;
    }

    private static boolean hasFinalizer(JsonNode object, String finalizer) {
        for (JsonNode each : object.path("metadata").path("finalizers")) {
            if (each.asText().equals(finalizer)) {
                return true;
            }
        }
        return false;
    }

    private void removeFinalizer(ObjectKey key, String finalizer) {
        modify(key, object -> {
            if (object.path("metadata").path("finalizers") instanceof ArrayNode finalizers) {
                Iterator<JsonNode> each = finalizers.elements();
                while (each.hasNext()) {
                    if (each.next().asText().equals(finalizer)) {
                        each.remove();
                    }
                }
            }
        });
    }

    private void modify(ObjectKey key, java.util.function.Consumer<ObjectNode> change) {
        try {
            store.modify(key, WriteOptions.NONE, object -> {
                change.accept(object);
                return object;
            });
        } catch (ApiError e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private void delete(ObjectKey key, ObjectNode object, DeleteOptions.Propagation propagation) {
        try {
            store.delete(key, DeleteOptions.defaults().withUid(Meta.uid(object)).withPropagation(propagation));
        } catch (ApiError e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        queue.close();
    }
}
