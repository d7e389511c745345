package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.relevo.local.patch.AppliedForm;
import dev.relevo.local.schema.ModelType;
import dev.relevo.local.schema.ModelTypes;
import dev.relevo.local.schema.TypeCheck;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads objects from bodies, checks that they are of the expected kind, and says what their kind does not have. */
final class FieldValidation {
    private final ModelTypes models;

    FieldValidation(ModelTypes models) {
        this.models = models;
    }

    /** What to do about unknown and duplicate fields. */
    enum Strictness {
        STRICT,
        WARN,
        IGNORE;

        /**
         * What the request asks for; a warning when it does not say.
         *
         * @throws ApiError 400 when the value is unknown
         */
        static Strictness of(ApiRequest request) {
            return switch (request.parameter("fieldValidation").orElse("Warn")) {
                case "Strict" -> STRICT;
                case "Warn" -> WARN;
                case "Ignore" -> IGNORE;
                default ->
                    throw ApiError.of(
                            422,
                            "Invalid",
                            "fieldValidation: Unsupported value: \""
                                    + request.parameter("fieldValidation").orElse("")
                                    + "\": supported values: \"Ignore\", \"Strict\", \"Warn\"");
            };
        }
    }

    /**
     * The object in the body, without what its kind does not have.
     *
     * @throws ApiError 400 when it is of another kind, has values of the wrong type or, being strict, surplus fields
     */
    ObjectNode read(ApiRequest request, ResourceType type) {
        Strictness strictness = Strictness.of(request);
        ObjectNode object = Bodies.object(request);
        checkKind(object, type);
        List<String> duplicates = duplicates(request);
        check(request, strictness, type, object, duplicates);
        return object;
    }

    /** A kind that is not built in has a schema, which says more about a wrong type later. */
    private TypeCheck prune(ResourceType type, ObjectNode object) {
        TypeCheck check = TypeCheck.prune(models.of(type), object);
        return models.isDefined(type) ? new TypeCheck(check.unknown(), List.of()) : check;
    }

    /** Duplicate keys of a JSON body. */
    private static List<String> duplicates(ApiRequest request) {
        String duplicate = Bodies.duplicateKey(request.body());
        return duplicate.isEmpty() ? List.of() : List.of("duplicate field \"" + duplicate + "\"");
    }

    /**
     * Checks an object that was read.
     *
     * @throws ApiError like {@link #read}
     */
    private void check(
            ApiRequest request, Strictness strictness, ResourceType type, ObjectNode object, List<String> duplicates) {
        TypeCheck check = prune(type, object);
        String refusal = type.kind() + " in version \"" + type.version() + "\" cannot be handled as a " + type.kind();
        report(request, strictness, check, duplicates, why -> ApiError.badRequest(refusal + ": " + why));
    }

    /**
     * Checks an object that a patch has made.
     *
     * @throws ApiError 422 when the patch gives a field a wrong type or, being strict, adds unknown ones
     */
    void checkPatched(ApiRequest request, Strictness strictness, ResourceType type, ObjectNode object) {
        TypeCheck check = prune(type, object);
        String patch = TextNode.valueOf(new String(request.body(), StandardCharsets.UTF_8))
                .toString();
        report(
                request,
                strictness,
                check,
                duplicates(request),
                why -> ApiError.of(422, "Invalid", " \"\" is invalid: patch: Invalid value: " + patch + ": " + why));
    }

    /**
     * Checks a configuration that is to be applied, which must not have unknown fields however lenient the client is.
     *
     * @throws ApiError 500, as the real server answers
     */
    void checkApplied(ResourcePath path, ObjectNode configuration) {
        ModelType model = models.of(path.type());
        String kind = path.type().apiVersion() + ", Kind=" + path.type().kind();
        String object = "(" + configuration.at("/metadata/namespace").asText() + "/" + path.name() + "; " + kind + ")";
        List<String> findings = AppliedForm.findings(model, configuration);
        if (!findings.isEmpty()) {
            String told = findings.size() == 1 ? findings.get(0) : "errors:\n  " + String.join("\n  ", findings);
            throw ApiError.of(500, "", "failed to create typed patch object " + object + ": " + told);
        }
        TypeCheck check = TypeCheck.prune(model, configuration);
        if (!check.mismatches().isEmpty()) {
            throw ApiError.of(
                    500,
                    "",
                    "failed to convert new object " + object
                            + " to proper version: unable to convert unstructured object to " + kind + ": "
                            + check.mismatches().get(0));
        }
    }

    private static void report(
            ApiRequest request,
            Strictness strictness,
            TypeCheck check,
            List<String> duplicates,
            Function<String, ApiError> refusal) {
        if (!check.mismatches().isEmpty()) {
            throw refusal.apply(check.mismatches().get(0));
        }
        List<String> findings = new ArrayList<>();
        check.unknown().forEach(field -> findings.add("unknown field \"" + field + "\""));
        findings.addAll(duplicates);
        if (strictness == Strictness.STRICT && !findings.isEmpty()) {
            throw refusal.apply("strict decoding error: " + String.join(", ", findings));
        }
        if (strictness == Strictness.WARN) {
            request.warnings().addAll(findings);
        }
    }

    private static void checkKind(ObjectNode object, ResourceType type) {
        String apiVersion = object.path("apiVersion").asText("");
        String kind = object.path("kind").asText("");
        if ((!apiVersion.isEmpty() && !apiVersion.equals(type.apiVersion()))
                || (!kind.isEmpty() && !kind.equals(type.kind()))) {
            throw ApiError.badRequest(kind + " in version \"" + apiVersion + "\" cannot be handled as a " + type.kind()
                    + ": expected " + type.apiVersion() + " " + type.kind());
        }
    }
}
