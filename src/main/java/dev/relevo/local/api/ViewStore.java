package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectList;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.Watch;
import dev.relevo.local.store.WatchEvent;
import dev.relevo.local.store.WriteOptions;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A store in which objects can be read and written in every version that is served, not only in the one that is stored. */
final class ViewStore implements ObjectStore {
    private final ObjectStore store;

    ViewStore(ObjectStore store) {
        this.store = store;
    }

    private ResourceType stored(ResourceType type) {
        return store.types().stored(type);
    }

    private ObjectKey stored(ObjectKey key) {
        return stored(key.type()).key(key.namespace(), key.name());
    }

    private boolean isView(ResourceType type) {
        return !stored(type).equals(type);
    }

    private Conversion conversion(ResourceType type) {
        return Conversion.between(type, stored(type));
    }

    private ObjectNode view(ResourceType type, ObjectNode object) {
        return isView(type) ? conversion(type).toView(object) : object;
    }

    private ObjectList view(ResourceType type, ObjectList list) {
        return isView(type)
                ? new ObjectList(
                        list.resourceVersion(),
                        list.items().stream().map(conversion(type)::toView).toList())
                : list;
    }

    private ObjectNode back(ResourceType type, ObjectNode object, Optional<ObjectNode> before) {
        return isView(type) ? conversion(type).toStored(object, before) : object;
    }

    private UnaryOperator<ObjectNode> back(ResourceType type, UnaryOperator<ObjectNode> change) {
        return isView(type) ? object -> back(type, change.apply(view(type, object)), Optional.of(object)) : change;
    }

    @Override
    public ResourceTypes types() {
        return store.types();
    }

    @Override
    public Optional<ObjectNode> get(ObjectKey key) {
        return store.get(stored(key)).map(object -> view(key.type(), object));
    }

    @Override
    public ObjectList snapshot(ResourceType type, String namespace, LabelSelector selector) {
        return view(type, store.snapshot(stored(type), namespace, selector));
    }

    @Override
    public ObjectList snapshotAt(ResourceType type, String namespace, LabelSelector selector, long resourceVersion) {
        return view(type, store.snapshotAt(stored(type), namespace, selector, resourceVersion));
    }

    @Override
    public ObjectNode create(ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        return view(type, store.create(stored(type), namespace, back(type, object, Optional.empty()), options));
    }

    @Override
    public ObjectNode update(ObjectKey key, ObjectNode object, WriteOptions options) {
        return isView(key.type()) ? modify(key, options, before -> object) : store.update(key, object, options);
    }

    @Override
    public ObjectNode updateStatus(ObjectKey key, ObjectNode object, WriteOptions options) {
        return isView(key.type())
                ? modifyStatus(key, options, before -> object)
                : store.updateStatus(key, object, options);
    }

    @Override
    public ObjectNode modify(ObjectKey key, WriteOptions options, UnaryOperator<ObjectNode> change) {
        return view(key.type(), store.modify(stored(key), options, back(key.type(), change)));
    }

    @Override
    public ObjectNode modifyStatus(ObjectKey key, WriteOptions options, UnaryOperator<ObjectNode> change) {
        return view(key.type(), store.modifyStatus(stored(key), options, back(key.type(), change)));
    }

    @Override
    public ObjectNode modifyFinalizers(ObjectKey key, WriteOptions options, UnaryOperator<ObjectNode> change) {
        return view(key.type(), store.modifyFinalizers(stored(key), options, back(key.type(), change)));
    }

    @Override
    public ObjectNode delete(ObjectKey key, DeleteOptions options) {
        return view(key.type(), store.delete(stored(key), options));
    }

    @Override
    public Watch watch(ResourceType type, long fromResourceVersion, Consumer<WatchEvent> consumer) {
        if (!isView(type)) {
            return store.watch(type, fromResourceVersion, consumer);
        }
        return store.watch(
                stored(type),
                fromResourceVersion,
                event -> consumer.accept(
                        event.type() == WatchEvent.Type.BOOKMARK
                                ? event
                                : new WatchEvent(
                                        event.type(),
                                        view(type, event.object()),
                                        event.previous().map(object -> view(type, object)),
                                        event.resourceVersion())));
    }

    @Override
    public void register(ResourceType type) {
        store.register(type);
    }

    @Override
    public void unregister(ResourceType type) {
        store.unregister(type);
    }

    @Override
    public long resourceVersion() {
        return store.resourceVersion();
    }

    @Override
    public void close() {
        store.close();
    }
}
