package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Empties namespaces that are being deleted, and gives the others their default ServiceAccount. */
final class NamespaceController extends Controller {
    private final Set<ResourceType> followed = ConcurrentHashMap.newKeySet();

    NamespaceController(ObjectStore store, Workers workers, EventRecorder events) {
        super(ResourceTypes.NAMESPACE, store, workers, events);
    }

    @Override
    void start() {
        watchOwn();
        store.types().whenRegistered(this::follow);
        store.types().all().forEach(this::follow);
    }

    private void follow(ResourceType type) {
        if (type.namespaced() && followed.add(type)) {
            watch(type, this::terminatingNamespace);
        }
    }

    private List<ObjectKey> terminatingNamespace(ObjectNode object) {
        ObjectKey key = ResourceTypes.NAMESPACE.key("", Meta.namespace(object));
        return store.get(key)
                .filter(Meta::isDeleting)
                .map(namespace -> List.of(key))
                .orElse(List.of());
    }

    @Override
    void reconcile(ObjectKey key, ObjectNode namespace) {
        if (!Meta.isDeleting(namespace)) {
            ensureServiceAccount(key.name());
            return;
        }
        boolean empty = true;
        for (ResourceType type : store.types().all()) {
            if (type.namespaced()) {
                for (ObjectNode object : store.list(type, key.name(), LabelSelector.everything())) {
                    empty &= delete(type, object);
                }
            }
        }
        if (empty) {
            store.modifyFinalizers(key, WriteOptions.NONE, object -> {
                Meta.child(object, "spec").putArray("finalizers");
                return object;
            });
        }
    }

    /** Whether the object is gone. */
    private boolean delete(ResourceType type, ObjectNode object) {
        ObjectKey key = ObjectKey.of(type, object);
        if (Meta.isDeleting(object)) {
            return false;
        }
        try {
            store.delete(key, DeleteOptions.defaults().withPropagation(DeleteOptions.Propagation.BACKGROUND));
        } catch (ApiError e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
        return store.get(key).isEmpty();
    }

    private void ensureServiceAccount(String namespace) {
        ObjectKey key = ResourceTypes.SERVICE_ACCOUNT.key(namespace, "default");
        if (store.get(key).isEmpty()) {
            ObjectNode account = JsonNodeFactory.instance
                    .objectNode()
                    .put("apiVersion", "v1")
                    .put("kind", "ServiceAccount");
            account.putObject("metadata").put("name", "default");
            try {
                store.create(ResourceTypes.SERVICE_ACCOUNT, namespace, account);
            } catch (ApiError e) {
                if (!e.isAlreadyExists() && e.code() != 403) {
                    throw e;
                }
            }
        }
    }
}
