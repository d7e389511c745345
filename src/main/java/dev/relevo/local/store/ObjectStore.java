package dev.relevo.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The objects of the cluster, with the semantics of the HTTP interface: every write passes defaulting, validation and
 * the rules for metadata (uid, resourceVersion, generation, finalizers, grace). One resourceVersion counts all changes.
 *
 * <p>Objects that are handed out are shared: copy before changing ({@code deepCopy}). Objects that are handed in are
 * copied. Refusals are {@link ApiError}s with the reason and code of Kubernetes. All methods may be called from any thread.
 */
public interface ObjectStore extends AutoCloseable {
    ResourceTypes types();

    Optional<ObjectNode> get(ObjectKey key);

    /** The objects of a type by namespace and name; an empty namespace means all. */
    default List<ObjectNode> list(ResourceType type, String namespace, LabelSelector selector) {
        return snapshot(type, namespace, selector).items();
    }

    /** Like {@link #list}, with the resourceVersion to watch from. */
    ObjectList snapshot(ResourceType type, String namespace, LabelSelector selector);

    /**
     * Like {@link #snapshot}, as it was at an earlier version.
     *
     * @throws ApiError 410 Expired when that is older than the history that is kept
     */
    ObjectList snapshotAt(ResourceType type, String namespace, LabelSelector selector, long resourceVersion);

    /**
     * Creates the object; {@code generateName} is honoured.
     *
     * @param namespace where, for a namespaced type; the object may leave its own out but not name another one
     * @return the object as stored
     * @throws ApiError 409 AlreadyExists, 404 when the namespace is missing, 403 when it terminates, 422 when it is invalid
     */
    ObjectNode create(ResourceType type, String namespace, ObjectNode object, WriteOptions options);

    /**
     * Replaces everything but the status (where the type has a status of its own).
     *
     * @param object with the resourceVersion that it was read at, or none to overwrite what is there
     * @throws ApiError 404, 409 Conflict when it was changed meanwhile, 422 when it is invalid
     */
    ObjectNode update(ObjectKey key, ObjectNode object, WriteOptions options);

    /** Replaces the status alone (and metadata that a status update may change); otherwise like {@link #update}. */
    ObjectNode updateStatus(ObjectKey key, ObjectNode object, WriteOptions options);

    /**
     * Reads, changes and writes atomically: no other write comes between. The function gets a copy and may change it in
     * place; it must be quick, have no effects, wait for no lock and not call the store.
     *
     * @throws ApiError like {@link #update}, and whatever the function throws
     */
    ObjectNode modify(ObjectKey key, WriteOptions options, UnaryOperator<ObjectNode> change);

    /** Like {@link #modify}, writing the status alone. */
    ObjectNode modifyStatus(ObjectKey key, WriteOptions options, UnaryOperator<ObjectNode> change);

    /**
     * Like {@link #modify}, writing {@code spec.finalizers} of a namespace alone: once it is empty, a namespace that is
     * being deleted goes.
     */
    ObjectNode modifyFinalizers(ObjectKey key, WriteOptions options, UnaryOperator<ObjectNode> change);

    /**
     * Deletes the object, or marks it with a deletionTimestamp while finalizers or a pod's grace period hold it.
     *
     * @return its last state: still stored if its metadata has a deletionTimestamp and it can be read
     * @throws ApiError 404, or 409 when a precondition does not hold
     */
    ObjectNode delete(ObjectKey key, DeleteOptions options);

    /**
     * Delivers every change of the type after the given resourceVersion, in order, on one thread of the store: the
     * consumer must hand over what takes time. What it throws ends the watch.
     *
     * @param fromResourceVersion of a snapshot or an event; 0: the present objects are delivered first, as added
     * @throws ApiError 410 Expired when it is older than the history that is kept
     */
    Watch watch(ResourceType type, long fromResourceVersion, Consumer<WatchEvent> consumer);

    /**
     * Makes another kind known; its objects are stored as they are.
     *
     * @throws IllegalArgumentException when the kind or its path is taken
     */
    void register(ResourceType type);

    /** Forgets a kind that was registered. It must have no objects any more. */
    void unregister(ResourceType type);

    /** The version of the last change. */
    long resourceVersion();

    /** Ends the watches and makes what is stored durable. */
    @Override
    void close();

    default ObjectNode create(ResourceType type, String namespace, ObjectNode object) {
        return create(type, namespace, object, WriteOptions.NONE);
    }

    default ObjectNode update(ObjectKey key, ObjectNode object) {
        return update(key, object, WriteOptions.NONE);
    }

    default ObjectNode updateStatus(ObjectKey key, ObjectNode object) {
        return updateStatus(key, object, WriteOptions.NONE);
    }
}
