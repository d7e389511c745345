package dev.relevo.local.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ResourceType;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Reads and writes the metadata of objects. */
public final class Meta {
    private Meta() {}

    public static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    public static String namespace(JsonNode object) {
        return object.path("metadata").path("namespace").asText("");
    }

    public static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asText();
    }

    /** The annotation's value, or an empty text. */
    public static String annotation(JsonNode object, String key) {
        return object.path("metadata").path("annotations").path(key).asText("");
    }

    /** The label's value, or an empty text. */
    public static String label(JsonNode object, String key) {
        return object.path("metadata").path("labels").path(key).asText("");
    }

    /** Sets an annotation of an object that may have none yet. */
    public static void annotate(ObjectNode object, String key, String value) {
        child(child(object, "metadata"), "annotations").put(key, value);
    }

    /** The child object of that name, made if it is missing. */
    public static ObjectNode child(ObjectNode parent, String name) {
        return parent.path(name) instanceof ObjectNode existing ? existing : parent.putObject(name);
    }

    /** Whether two states of one object are the same. */
    static boolean sameVersion(JsonNode one, JsonNode other) {
        return one.path("metadata")
                .path("resourceVersion")
                .equals(other.path("metadata").path("resourceVersion"));
    }

    public static boolean isDeleting(JsonNode object) {
        return object.path("metadata").has("deletionTimestamp");
    }

    public static Instant created(JsonNode object) {
        return time(object.path("metadata").path("creationTimestamp")).orElse(Instant.EPOCH);
    }

    /** The time in a field, empty where there is none. */
    public static Optional<Instant> time(JsonNode field) {
        return field.isTextual() && !field.asText().isEmpty()
                ? Optional.of(OffsetDateTime.parse(field.asText()).toInstant())
                : Optional.empty();
    }

    /** Now, to the second, as {@code metav1.Time} is written. */
    public static String now() {
        return stamp(Instant.now());
    }

    public static String stamp(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The owner reference with {@code controller: true}, a missing node if there is none. */
    public static JsonNode controller(JsonNode object) {
        for (JsonNode reference : object.path("metadata").path("ownerReferences")) {
            if (reference.path("controller").asBoolean()) {
                return reference;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    public static boolean isControlledBy(JsonNode object, JsonNode owner) {
        return controller(object).path("uid").asText("-").equals(uid(owner));
    }

    /** The key of the object's controller if that is of the given type. */
    public static Optional<ObjectKey> controllerOf(JsonNode object, ResourceType type) {
        JsonNode reference = controller(object);
        return reference.path("kind").asText().equals(type.kind())
                        && reference.path("apiVersion").asText().equals(type.apiVersion())
                ? Optional.of(type.key(namespace(object), reference.path("name").asText()))
                : Optional.empty();
    }

    /** Makes the owner the controller of the object. */
    public static void own(ObjectNode object, ResourceType ownerType, JsonNode owner) {
        ObjectNode metadata = child(object, "metadata");
        metadata.withArray("/ownerReferences")
                .addObject()
                .put("apiVersion", ownerType.apiVersion())
                .put("kind", ownerType.kind())
                .put("name", name(owner))
                .put("uid", uid(owner))
                .put("controller", true)
                .put("blockOwnerDeletion", true);
    }
}
