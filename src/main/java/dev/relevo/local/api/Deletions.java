package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.DeleteOptions.Propagation;
import dev.relevo.local.store.ObjectKey;
import java.util.Optional;

/** Reads how to delete, and says that it was done. */
final class Deletions {
    private Deletions() {}

    /**
     * The options of the body, or else of the parameters.
     *
     * @throws ApiError 422 when the propagation policy is unknown
     */
    static DeleteOptions options(ApiRequest request) {
        return options(request, Bodies.objectOrEmpty(request));
    }

    static DeleteOptions options(ApiRequest request, ObjectNode body) {
        Optional<Long> grace = body.has("gracePeriodSeconds")
                ? Optional.of(body.path("gracePeriodSeconds").asLong())
                : request.number("gracePeriodSeconds");
        JsonNode preconditions = body.path("preconditions");
        boolean dryRun = request.dryRun() || !body.path("dryRun").isEmpty();
        return new DeleteOptions(
                grace,
                propagation(request, body),
                text(preconditions, "uid"),
                text(preconditions, "resourceVersion"),
                dryRun);
    }

    private static Optional<String> text(JsonNode object, String field) {
        return Optional.of(object.path(field).asText("")).filter(value -> !value.isEmpty());
    }

    private static Optional<Propagation> propagation(ApiRequest request, ObjectNode body) {
        Optional<String> policy = text(body, "propagationPolicy").or(() -> request.parameter("propagationPolicy"));
        if (policy.isPresent()) {
            return Optional.of(
                    switch (policy.get()) {
                        case "Orphan" -> Propagation.ORPHAN;
                        case "Background" -> Propagation.BACKGROUND;
                        case "Foreground" -> Propagation.FOREGROUND;
                        default ->
                            throw ApiError.of(
                                    422,
                                    "Invalid",
                                    "DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \""
                                            + policy.get()
                                            + "\": supported values: \"Background\", \"Foreground\", \"Orphan\", \"nil\"");
                    });
        }
        Optional<String> orphan = text(body, "orphanDependents").or(() -> request.parameter("orphanDependents"));
        return orphan.map(value -> value.equals("true") ? Propagation.ORPHAN : Propagation.BACKGROUND);
    }

    /** The {@code Status} that says that an object is gone. */
    static ObjectNode success(ObjectKey key, ObjectNode last) {
        ObjectNode status = Representation.header("Status", "v1");
        status.putObject("metadata");
        ObjectNode details =
                status.put("status", "Success").putObject("details").put("name", key.name());
        if (!key.type().group().isEmpty()) {
            details.put("group", key.type().group());
        }
        details.put("kind", key.type().plural())
                .put("uid", last.path("metadata").path("uid").asText());
        return status;
    }
}
