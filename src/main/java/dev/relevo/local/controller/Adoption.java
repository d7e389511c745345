package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.WriteOptions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Decides which objects belong to a workload by its selector: takes those that match and have no controller, and lets go
 * of its own that match no longer. After the {@code ControllerRefManager} of Kubernetes.
 */
final class Adoption {
    private final ObjectStore store;
    private final ResourceType ownerType;
    private final ObjectNode owner;
    private final LabelSelector selector;

    Adoption(ObjectStore store, ResourceType ownerType, ObjectNode owner) {
        this.store = store;
        this.ownerType = ownerType;
        this.owner = owner;
        this.selector = LabelSelector.ofSelector(owner.path("spec").path("selector"));
    }

    /** The owner's dependents of that type, after adoption and release. */
    List<ObjectNode> claim(ResourceType type) {
        List<ObjectNode> claimed = new ArrayList<>();
        for (ObjectNode object : store.list(type, Meta.namespace(owner), LabelSelector.everything())) {
            boolean matches = selector.matches(object);
            if (Meta.isControlledBy(object, owner)) {
                if (matches) {
                    claimed.add(object);
                } else if (!Meta.isDeleting(owner)) {
                    release(type, object);
                }
            } else if (matches
                    && Meta.controller(object).isMissingNode()
                    && !Meta.isDeleting(owner)
                    && !Meta.isDeleting(object)
                    && !(type.kind().equals("Pod") && Pods.isTerminal(object))
                    && ownerLives()) {
                adopt(type, object).ifPresent(claimed::add);
            }
        }
        return claimed;
    }

    /** The owner may have been deleted since it was read; what a dead one adopts is taken for garbage. */
    private boolean ownerLives() {
        return store.get(ObjectKey.of(ownerType, owner))
                .filter(now -> Meta.uid(now).equals(Meta.uid(owner)) && !Meta.isDeleting(now))
                .isPresent();
    }

    private java.util.Optional<ObjectNode> adopt(ResourceType type, ObjectNode object) {
        try {
            return java.util.Optional.of(store.modify(ObjectKey.of(type, object), WriteOptions.NONE, each -> {
                if (Meta.controller(each).isMissingNode() && Meta.uid(each).equals(Meta.uid(object))) {
                    Meta.own(each, ownerType, owner);
                }
                return each;
            }));
        } catch (ApiError e) {
            if (e.isNotFound()) {
                return java.util.Optional.empty();
            }
            throw e;
        }
    }

    private void release(ResourceType type, ObjectNode object) {
        try {
            store.modify(ObjectKey.of(type, object), WriteOptions.NONE, each -> {
                removeOwner(each, Meta.uid(owner));
                return each;
            });
        } catch (ApiError e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    /** Removes the reference to an owner. */
    static void removeOwner(ObjectNode object, String ownerUid) {
        if (object.path("metadata").path("ownerReferences") instanceof ArrayNode references) {
            Iterator<JsonNode> each = references.elements();
            while (each.hasNext()) {
                if (each.next().path("uid").asText().equals(ownerUid)) {
                    each.remove();
                }
            }
            if (references.isEmpty()) {
                Meta.child(object, "metadata").remove("ownerReferences");
            }
        }
    }
}
