package dev.relevo.local.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;

/** A refusal in the terms of Kubernetes: what a {@code Status} object carries. */
public final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int code;
    private final String reason;
    private final transient ObjectNode details;
    private final String continueToken;

    private ApiError(int code, String reason, String message, ObjectNode details) {
        this(code, reason, message, details, "");
    }

    private ApiError(int code, String reason, String message, ObjectNode details, String continueToken) {
        super(message, null, false, false);
        this.continueToken = continueToken;
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    /**
     * One reason why an object is refused.
     *
     * @param type e.g. {@code FieldValueInvalid}
     * @param message without the field
     * @param field the path of the field
     */
    public record Cause(String type, String message, String field) {}

    /** The HTTP status code. */
    public int code() {
        return code;
    }

    /** The machine-readable reason, e.g. {@code NotFound}. */
    public String reason() {
        return reason;
    }

    public boolean isNotFound() {
        return code == 404;
    }

    /** Whether the object was changed meanwhile: read it again and retry. */
    public boolean isConflict() {
        return reason.equals("Conflict");
    }

    public boolean isAlreadyExists() {
        return reason.equals("AlreadyExists");
    }

    /** How many seconds to wait before the next attempt; 0 when nothing is said. */
    public int retryAfterSeconds() {
        return details.path("retryAfterSeconds").asInt(0);
    }

    /** The {@code Status} object that says this. */
    public ObjectNode toStatus() {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        ObjectNode metadata = status.putObject("metadata");
        if (!continueToken.isEmpty()) {
            metadata.put("continue", continueToken);
        }
        status.put("status", "Failure").put("message", getMessage());
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        if (!details.isEmpty()) {
            status.set("details", details.deepCopy());
        }
        return status.put("code", code);
    }

    public static ApiError notFound(ObjectKey key) {
        return new ApiError(
                404,
                "NotFound",
                key.type().groupResource() + " \"" + key.name() + "\" not found",
                resourceDetails(key.type(), key.name()));
    }

    public static ApiError alreadyExists(ObjectKey key) {
        return new ApiError(
                409,
                "AlreadyExists",
                key.type().groupResource() + " \"" + key.name() + "\" already exists",
                resourceDetails(key.type(), key.name()));
    }

    /** 409: the operation cannot be done in the present state, for the given reason. */
    public static ApiError conflict(ObjectKey key, String why) {
        return new ApiError(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + key.type().groupResource() + " \"" + key.name() + "\": " + why,
                resourceDetails(key.type(), key.name()));
    }

    /** 409: the object was changed since it was read. */
    public static ApiError modified(ObjectKey key) {
        return conflict(
                key, "the object has been modified; please apply your changes to the latest version and try again");
    }

    /** 409 of server-side apply: others own the fields. */
    public static ApiError applyConflict(String message, List<Cause> causes) {
        return new ApiError(409, "Conflict", message, causes(JsonNodeFactory.instance.objectNode(), causes));
    }

    /** 422: the object is invalid for the given causes. */
    public static ApiError invalid(ResourceType type, String name, List<Cause> causes) {
        return invalid(type, type.groupKind(), name, causes);
    }

    /** 422: the update is impossible whatever the object; the message names the resource instead of the kind. */
    static ApiError invalidUpdate(ResourceType type, String name, List<Cause> causes) {
        return invalid(type, type.groupResource(), name, causes);
    }

    private static ApiError invalid(ResourceType type, String subject, String name, List<Cause> causes) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        details.put("kind", type.kind());
        List<String> lines = causes.stream()
                .map(cause -> cause.field().isEmpty() ? cause.message() : cause.field() + ": " + cause.message())
                .distinct()
                .collect(Collectors.toList());
        String all = lines.size() == 1 ? lines.get(0) : "[" + String.join(", ", lines) + "]";
        return new ApiError(422, "Invalid", subject + " \"" + name + "\" is invalid: " + all, causes(details, causes));
    }

    public static ApiError badRequest(String message) {
        return new ApiError(400, "BadRequest", message, JsonNodeFactory.instance.objectNode());
    }

    /** 403 on one object, for the given reason. */
    public static ApiError forbidden(ResourceType type, String name, String why, List<Cause> causes) {
        return new ApiError(
                403,
                "Forbidden",
                type.groupResource() + " \"" + name + "\" is forbidden: " + why,
                causes(resourceDetails(type, name), causes));
    }

    /**
     * 403 on what a request names, which need not be served.
     *
     * @param resource the plural; empty for a path that is none of a resource
     * @param name empty for no object in particular
     */
    public static ApiError forbidden(String group, String resource, String name, String why) {
        String subject = resource + (group.isEmpty() ? "" : "." + group) + (name.isEmpty() ? "" : " \"" + name + "\"");
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!group.isEmpty()) {
            details.put("group", group);
        }
        if (!resource.isEmpty()) {
            details.put("kind", resource);
        }
        return new ApiError(
                403, "Forbidden", (resource.isEmpty() ? "" : subject + " is ") + "forbidden: " + why, details);
    }

    /** 410: the resourceVersion is older than the history. */
    public static ApiError expired(String message) {
        return new ApiError(410, "Expired", message, JsonNodeFactory.instance.objectNode());
    }

    /** 410 of a list that is continued too late, with a token to go on at the present version. */
    public static ApiError expiredContinue(String message, String token) {
        ApiError error = expired(message);
        return new ApiError(error.code, error.reason, message, error.details, token);
    }

    /** 504: the version has not been reached yet. */
    public static ApiError tooLargeVersion(long wanted, long current) {
        ObjectNode details = causes(
                JsonNodeFactory.instance.objectNode(),
                List.of(new Cause("ResourceVersionTooLarge", "Too large resource version", "")));
        details.put("retryAfterSeconds", 1);
        return new ApiError(
                504, "Timeout", "Timeout: Too large resource version: " + wanted + ", current: " + current, details);
    }

    /** 429: try again after the given seconds. */
    public static ApiError tooManyRequests(String message, int retryAfterSeconds, List<Cause> causes) {
        ObjectNode details = causes(JsonNodeFactory.instance.objectNode(), causes);
        if (retryAfterSeconds > 0) {
            details.put("retryAfterSeconds", retryAfterSeconds);
        }
        return new ApiError(429, "TooManyRequests", message, details);
    }

    /** Any other refusal. */
    public static ApiError of(int code, String reason, String message) {
        return new ApiError(code, reason, message, JsonNodeFactory.instance.objectNode());
    }

    private static ObjectNode resourceDetails(ResourceType type, String name) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        return details.put("kind", type.plural());
    }

    private static ObjectNode causes(ObjectNode details, List<Cause> causes) {
        if (!causes.isEmpty()) {
            ArrayNode array = details.putArray("causes");
            for (Cause cause : causes) {
                ObjectNode node = array.addObject().put("reason", cause.type()).put("message", cause.message());
                if (!cause.field().isEmpty()) {
                    node.put("field", cause.field());
                }
            }
        }
        return details;
    }
}
