package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;

/** Creates and deletes the pods of workloads that mark each pod with the revision of its template. */
final class RevisionedPods {
    static final String LABEL = "controller-revision-hash";

    private final ObjectStore store;
    private final EventRecorder events;
    private final String component;
    private final ResourceType ownerType;

    RevisionedPods(ObjectStore store, EventRecorder events, String component, ResourceType ownerType) {
        this.store = store;
        this.events = events;
        this.component = component;
        this.ownerType = ownerType;
    }

    /** The revision of the owner's present template. */
    static String revision(JsonNode owner) {
        return TemplateHash.of(owner.path("spec").path("template"), 0);
    }

    static boolean isCurrent(JsonNode pod, String revision) {
        return Meta.label(pod, LABEL).equals(revision);
    }

    /** A pod of the present revision, not stored yet. */
    ObjectNode fresh(ObjectNode owner, String revision) {
        ObjectNode pod =
                Pods.fromTemplate(owner.path("spec").path("template"), ownerType, owner, Meta.name(owner) + "-");
        Meta.child(Meta.child(pod, "metadata"), "labels").put(LABEL, revision);
        return pod;
    }

    void create(ObjectNode owner, ObjectNode pod) {
        try {
            ObjectNode created = store.create(ResourceTypes.POD, Meta.namespace(owner), pod);
            events.normal(component, owner, "SuccessfulCreate", "Created pod: " + Meta.name(created));
        } catch (ApiError e) {
            if (!e.isAlreadyExists()) {
                events.warning(component, owner, "FailedCreate", "Error creating: " + e.getMessage());
                throw e;
            }
        }
    }

    void delete(ObjectNode owner, ObjectNode pod) {
        if (Meta.isDeleting(pod)) {
            return;
        }
        try {
            store.delete(
                    ObjectKey.of(ResourceTypes.POD, pod),
                    DeleteOptions.defaults().withUid(Meta.uid(pod)));
            events.normal(component, owner, "SuccessfulDelete", "Deleted pod: " + Meta.name(pod));
        } catch (ApiError e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
