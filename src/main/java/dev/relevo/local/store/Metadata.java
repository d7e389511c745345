package dev.relevo.local.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** What the server does to {@code metadata}, whatever the kind. */
final class Metadata {
    private static final String NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final String MANAGED_FIELDS = "managedFields";
    private static final int SUFFIX_LENGTH = 5;
    private static final int MAX_GENERATED_LENGTH = 63;
    private static final List<String> KEPT_ON_UPDATE = List.of(
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "generateName",
            "selfLink");

    private final Clock clock;
    private final Random random;

    Metadata(Clock clock, Random random) {
        this.clock = clock;
        this.random = random;
    }

    /** The present time as Kubernetes writes it, in whole seconds. */
    String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The time in the given number of seconds. */
    String in(long seconds) {
        return clock.instant()
                .plusSeconds(seconds)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    /** Puts identity in order before a creation; the name may still have to be generated. */
    static void identify(ResourceType type, String namespace, ObjectNode object) {
        String own = object.path("metadata").path("namespace").asText("");
        if (type.namespaced() && !own.isEmpty() && !own.equals(namespace)) {
            throw ApiError.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the" + " request");
        }
        if (!type.namespaced() && !own.isEmpty()) {
            throw ApiError.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the" + " request");
        }
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        ObjectNode metadata = Trees.child(object, "metadata");
        if (type.namespaced()) {
            metadata.put("namespace", namespace);
        }
        if (!metadata.path("resourceVersion").asText("").isEmpty()) {
            throw ApiError.of(500, "InternalError", "resourceVersion should not be set on objects to be created");
        }
    }

    /** Fills in what every new object has. */
    void assign(ObjectNode object, boolean countsGenerations) {
        ObjectNode metadata = Trees.child(object, "metadata");
        metadata.remove(List.of(
                "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation"));
        dropEmptyMaps(metadata);
        metadata.put("uid", UUID.randomUUID().toString());
        metadata.put("creationTimestamp", now());
        if (countsGenerations) {
            metadata.put("generation", 1);
        }
    }

    /** A name from {@code generateName}, if there is no other; whether one was made. */
    boolean generateName(ObjectNode object) {
        ObjectNode metadata = Trees.child(object, "metadata");
        String prefix = metadata.path("generateName").asText("");
        if (!metadata.path("name").asText("").isEmpty() || prefix.isEmpty()) {
            return false;
        }
        StringBuilder name =
                new StringBuilder(prefix.substring(0, Math.min(prefix.length(), MAX_GENERATED_LENGTH - SUFFIX_LENGTH)));
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            name.append(NAME_ALPHABET.charAt(random.nextInt(NAME_ALPHABET.length())));
        }
        metadata.put("name", name.toString());
        return true;
    }

    /** Gives an updated object the metadata that no update changes. */
    static void keep(ObjectNode before, ObjectNode after) {
        ObjectNode metadata = Trees.child(after, "metadata");
        JsonNode old = before.path("metadata");
        for (String field : KEPT_ON_UPDATE) {
            JsonNode value = old.get(field);
            if (value == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, value);
            }
        }
        dropEmptyMaps(metadata);
        after.set("apiVersion", before.get("apiVersion"));
        after.set("kind", before.get("kind"));
    }

    /** Whether anything but metadata and status differs. */
    static boolean specificationDiffers(ObjectNode before, ObjectNode after) {
        ObjectNode left = before.objectNode().setAll(before);
        ObjectNode right = after.objectNode().setAll(after);
        List<String> ignored = List.of("metadata", "status", "apiVersion", "kind");
        return !left.remove(ignored).equals(right.remove(ignored));
    }

    /**
     * Gives an updated object the old times of {@code managedFields} when nothing but these times is new: a write that
     * changes nothing is none, even where an owner stated again what has been filled up with defaults since. After
     * {@code IgnoreManagedFieldsTimestampsTransformer} of the Kubernetes API server.
     */
    static void keepTimesIfNothingElseChanged(ObjectNode before, ObjectNode after) {
        JsonNode old = before.path("metadata").path(MANAGED_FIELDS);
        JsonNode now = after.path("metadata").path(MANAGED_FIELDS);
        if (!now.equals(old)
                && withoutTimes(now).equals(withoutTimes(old))
                && withoutManagedFields(before).equals(withoutManagedFields(after))) {
            Trees.child(after, "metadata").set(MANAGED_FIELDS, old);
        }
    }

    private static JsonNode withoutTimes(JsonNode managedFields) {
        JsonNode copy = managedFields.deepCopy();
        for (JsonNode entry : copy) {
            if (entry instanceof ObjectNode each) {
                each.remove("time");
            }
        }
        return copy;
    }

    private static ObjectNode withoutManagedFields(ObjectNode object) {
        ObjectNode copy = object.objectNode().setAll(object);
        ObjectNode metadata = object.objectNode();
        copy.set("metadata", metadata.setAll(Trees.child(object, "metadata")));
        metadata.remove(MANAGED_FIELDS);
        return copy;
    }

    private static void dropEmptyMaps(ObjectNode metadata) {
        for (String field : List.of("labels", "annotations", "finalizers", "ownerReferences", MANAGED_FIELDS)) {
            JsonNode value = metadata.get(field);
            if (value != null && value.isContainerNode() && value.isEmpty()) {
                metadata.remove(field);
            }
        }
    }

    /** The fields of {@code metadata} that a write of the status may change. */
    static void copyStatusWritable(ObjectNode from, ObjectNode to) {
        ObjectNode target = Trees.child(to, "metadata");
        for (String field : List.of("annotations", MANAGED_FIELDS, "finalizers", "ownerReferences")) {
            JsonNode value = from.path("metadata").get(field);
            if (value == null) {
                target.remove(field);
            } else {
                target.set(field, value);
            }
        }
    }

    /** Copies all fields of one object into another that was emptied. */
    static void replaceAll(ObjectNode target, ObjectNode content) {
        target.removeAll();
        for (Map.Entry<String, JsonNode> field : content.properties()) {
            target.set(field.getKey(), field.getValue());
        }
    }
}
