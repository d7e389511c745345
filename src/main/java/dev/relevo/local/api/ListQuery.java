package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a list or watch asks for.
 *
 * @param labels which labels
 * @param fields which fields
 * @param limit how many objects at most; 0: all
 * @param continueToken where to go on
 * @param resourceVersion as given
 * @param versionMatch as given
 * @param bookmarks whether a watch may send bookmarks
 * @param initialEvents whether a watch starts with what is there
 * @param timeoutSeconds how long a watch lasts
 */
record ListQuery(
        LabelSelector labels,
        FieldSelector fields,
        long limit,
        Optional<String> continueToken,
        Optional<String> resourceVersion,
        Optional<String> versionMatch,
        boolean bookmarks,
        Optional<Boolean> initialEvents,
        Optional<Long> timeoutSeconds) {

    /**
     * @throws ApiError 400 or 422 when the parameters make no sense together
     */
    static ListQuery of(ApiRequest request, ResourceType type, boolean watch) {
        ListQuery query = new ListQuery(
                LabelSelector.parse(request.parameter("labelSelector").orElse("")),
                FieldSelector.parse(request.parameter("fieldSelector").orElse(""), type),
                request.number("limit").orElse(0L),
                request.parameter("continue"),
                request.parameter("resourceVersion"),
                request.parameter("resourceVersionMatch"),
                request.flag("allowWatchBookmarks"),
                request.parameter("sendInitialEvents").map(Boolean::valueOf),
                request.number("timeoutSeconds"));
        query.check(watch);
        return query;
    }

    /** The same, for one object alone. */
    ListQuery named(String name) {
        List<FieldSelector.Term> terms = new ArrayList<>(fields.terms());
        terms.add(new FieldSelector.Term("metadata.name", true, name));
        return new ListQuery(
                labels,
                new FieldSelector(terms),
                limit,
                continueToken,
                resourceVersion,
                versionMatch,
                bookmarks,
                initialEvents,
                timeoutSeconds);
    }

    boolean matches(JsonNode object) {
        return labels.matches(object) && fields.matches(object);
    }

    /**
     * The version as a number; empty when none was given.
     *
     * @throws ApiError 400 when it is no number
     */
    Optional<Long> version() {
        return resourceVersion.map(text -> {
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException e) {
                throw ApiError.badRequest("invalid resource version \"" + text + "\"");
            }
        });
    }

    private void check(boolean watch) {
        if (initialEvents.isPresent() && !watch) {
            throw forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        }
        if (watch) {
            checkWatch();
        } else {
            checkList();
        }
    }

    private void checkWatch() {
        boolean notOlder = versionMatch.equals(Optional.of("NotOlderThan"));
        if (initialEvents.isPresent() && versionMatch.isEmpty()) {
            throw forbidden(
                    "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }
        if (initialEvents.isEmpty() && versionMatch.isPresent()) {
            throw forbidden(
                    "resourceVersionMatch",
                    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }
        if (initialEvents.isPresent() && !notOlder) {
            throw invalidMatch();
        }
        if (initialEvents.orElse(false) && !bookmarks) {
            throw forbidden(
                    "allowWatchBookmarks",
                    "sendInitialEvents is forbidden for watch unless allowWatchBookmarks is set");
        }
    }

    private void checkList() {
        if (versionMatch.isEmpty()) {
            return;
        }
        String match = versionMatch.get();
        if (resourceVersion.isEmpty()) {
            throw forbidden(
                    "resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
        }
        if (continueToken.isPresent()) {
            throw forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
        }
        if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
            throw invalidMatch();
        }
        if (match.equals("Exact") && resourceVersion.get().equals("0")) {
            throw forbidden(
                    "resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }

    private ApiError invalidMatch() {
        String value = versionMatch.orElse("");
        return options(new ApiError.Cause(
                "FieldValueNotSupported",
                "Unsupported value: \"" + value + "\": supported values: \"Exact\", \"NotOlderThan\", \"\"",
                "resourceVersionMatch"));
    }

    private static ApiError forbidden(String field, String why) {
        return options(new ApiError.Cause("FieldValueForbidden", "Forbidden: " + why, field));
    }

    private static ApiError options(ApiError.Cause cause) {
        return ApiError.invalid(
                new ResourceType(
                        "meta.k8s.io",
                        "v1",
                        "ListOptions",
                        "listoptions",
                        "listoptions",
                        List.of(),
                        false,
                        List.of(),
                        false,
                        false),
                "",
                List.of(cause));
    }
}
