package dev.relevo.local.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Decides what a deletion does: remove the object, or mark it because a finalizer or a grace period holds it. */
final class Deletion {
    static final String ORPHAN = "orphan";
    static final String FOREGROUND = "foregroundDeletion";
    private static final long DEFAULT_GRACE_SECONDS = 30;

    private final Metadata metadata;

    Deletion(Metadata metadata) {
        this.metadata = metadata;
    }

    /**
     * @throws ApiError 409 when a precondition of the options does not hold
     */
    static void checkPreconditions(ObjectKey key, ObjectNode object, DeleteOptions options) {
        String uid = object.path("metadata").path("uid").asText();
        if (options.uid().isPresent() && !options.uid().get().equals(uid)) {
            throw ApiError.conflict(
                    key,
                    "the UID in the precondition (" + options.uid().get() + ") does not match the UID in record (" + uid
                            + "). The object might have been deleted and then recreated");
        }
        String version = object.path("metadata").path("resourceVersion").asText();
        if (options.resourceVersion().isPresent()
                && !options.resourceVersion().get().equals(version)) {
            throw ApiError.conflict(
                    key,
                    "the ResourceVersion in the precondition ("
                            + options.resourceVersion().get()
                            + ") does not match the ResourceVersion in record (" + version
                            + "). The object might have been modified");
        }
    }

    /**
     * The object as it stays stored, equal to the given one when it is marked already; empty when it goes now.
     *
     * @param object what is stored
     * @param propagation what becomes of the dependents
     */
    Optional<ObjectNode> mark(
            ResourceType type,
            ObjectNode object,
            DeleteOptions options,
            Optional<DeleteOptions.Propagation> propagation) {
        ObjectNode marked = object.deepCopy();
        ObjectNode meta = Trees.child(marked, "metadata");
        propagation.ifPresent(policy -> setFinalizers(meta, policy));
        long grace = type.equals(ResourceTypes.POD) ? podGrace(object, options) : 0;
        boolean wasMarked = meta.has("deletionTimestamp");
        if (wasMarked) {
            long earlier = meta.path("deletionGracePeriodSeconds").asLong(0);
            if (grace < earlier) {
                Instant asked =
                        Instant.parse(meta.path("deletionTimestamp").asText()).minusSeconds(earlier);
                meta.put("deletionTimestamp", asked.plusSeconds(grace).toString());
                meta.put("deletionGracePeriodSeconds", (int) grace);
            } else {
                grace = earlier;
            }
        }
        if (grace == 0 && !isHeld(marked)) {
            return Optional.empty();
        }
        if (!wasMarked) {
            meta.put("deletionTimestamp", metadata.in(grace));
            meta.put("deletionGracePeriodSeconds", (int) grace);
            if (meta.has("generation")) {
                meta.put("generation", meta.path("generation").asInt() + 1);
            }
            if (type.equals(ResourceTypes.NAMESPACE)) {
                meta.remove("deletionGracePeriodSeconds");
                Trees.child(marked, "status").put("phase", "Terminating");
            }
        }
        return Optional.of(marked);
    }

    /** Whether a marked object must go now, because nothing holds it any longer. */
    static boolean isDue(ObjectNode object) {
        JsonNode meta = object.path("metadata");
        return meta.has("deletionTimestamp")
                && meta.path("deletionGracePeriodSeconds").asLong(0) == 0
                && !isHeld(object);
    }

    /** Whether an earlier deletion, or a finalizer, has settled what becomes of the dependents. */
    static boolean isSettled(ObjectNode object) {
        JsonNode meta = object.path("metadata");
        boolean settled = meta.has("deletionTimestamp");
        for (JsonNode finalizer : meta.path("finalizers")) {
            settled |= finalizer.asText().equals(ORPHAN) || finalizer.asText().equals(FOREGROUND);
        }
        return settled;
    }

    /** Whether finalizers hold it: those of its metadata, and a namespace's own. */
    private static boolean isHeld(ObjectNode object) {
        return !object.path("metadata").path("finalizers").isEmpty()
                || (object.path("kind").asText().equals("Namespace")
                        && !object.path("spec").path("finalizers").isEmpty());
    }

    private static long podGrace(ObjectNode pod, DeleteOptions options) {
        String phase = pod.path("status").path("phase").asText();
        if (pod.path("spec").path("nodeName").asText("").isEmpty()
                || phase.equals("Succeeded")
                || phase.equals("Failed")) {
            return 0;
        }
        long own = pod.path("spec").path("terminationGracePeriodSeconds").asLong(DEFAULT_GRACE_SECONDS);
        return Math.max(0, options.gracePeriodSeconds().orElse(own));
    }

    private static void setFinalizers(ObjectNode meta, DeleteOptions.Propagation policy) {
        Set<String> finalizers = new LinkedHashSet<>();
        meta.path("finalizers").forEach(finalizer -> finalizers.add(finalizer.asText()));
        finalizers.remove(ORPHAN);
        finalizers.remove(FOREGROUND);
        switch (policy) {
            case ORPHAN -> finalizers.add(ORPHAN);
            case FOREGROUND -> finalizers.add(FOREGROUND);
            case BACKGROUND -> {}
        }
        if (finalizers.isEmpty()) {
            meta.remove("finalizers");
        } else {
            ArrayNode array = meta.putArray("finalizers");
            finalizers.forEach(array::add);
        }
    }
}
