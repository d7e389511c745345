package dev.relevo.local.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ApiError;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectList;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * One page of a list.
 *
 * @param resourceVersion the version of the whole list
 * @param items what is on this page
 * @param continueToken where the next page starts, if there is one
 * @param remaining how many objects follow, where that is known
 */
record ListAnswer(
        long resourceVersion, List<ObjectNode> items, Optional<String> continueToken, Optional<Long> remaining) {
    private static final String EXPIRED =
            "The provided continue parameter is too old to display a consistent list result. You can start a new list"
                    + " without the continue parameter, or use the continue token in this response to retrieve the"
                    + " remainder of the results. Continuing with the provided token results in an inconsistent list -"
                    + " objects that were created, modified, or deleted between the time the first chunk was returned"
                    + " and now may show up in the list.";

    /** Where a page starts: after this object, at this version; -1: whatever the version. */
    private record Position(long version, String namespace, String name) {
        String encode() {
            ObjectNode token = JsonNodeFactory.instance.objectNode();
            token.put("v", "meta.k8s.io/v1").put("rv", version).put("start", namespace + "/" + name + "\0");
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Bodies.bytes(token));
        }

        static Position decode(String text) {
            try {
                JsonNode token = Bodies.json(Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.US_ASCII)));
                String start = token.path("start").asText();
                int slash = start.indexOf('/');
                return new Position(
                        token.path("rv").asLong(),
                        start.substring(0, slash),
                        start.substring(slash + 1, start.length() - 1));
            } catch (IllegalArgumentException | IndexOutOfBoundsException | ApiError e) {
                throw ApiError.badRequest("continue key is not valid: [" + text + "]");
            }
        }

        boolean isBefore(ResourceType type, ObjectNode object) {
            String itsNamespace = object.path("metadata").path("namespace").asText("");
            int byNamespace = itsNamespace.compareTo(namespace);
            return byNamespace > 0
                    || (byNamespace == 0 && ObjectKey.of(type, object).name().compareTo(name) > 0);
        }
    }

    /**
     * @throws ApiError 410 when the version is forgotten, 504 when it lies in the future
     */
    static ListAnswer of(ObjectStore store, ResourceType type, String namespace, ListQuery query) {
        Optional<Position> position = query.continueToken().map(Position::decode);
        ObjectList all = objects(store, type, namespace, query, position);
        List<ObjectNode> page = new ArrayList<>();
        long remaining = 0;
        for (ObjectNode object : all.items()) {
            boolean due = position.map(start -> start.isBefore(type, object)).orElse(true);
            if (!due || !query.fields().matches(object)) {
                continue;
            }
            if (query.limit() > 0 && page.size() >= query.limit()) {
                remaining++;
            } else {
                page.add(object);
            }
        }
        if (remaining == 0) {
            return new ListAnswer(all.resourceVersion(), page, Optional.empty(), Optional.empty());
        }
        ObjectKey last = ObjectKey.of(type, page.get(page.size() - 1));
        boolean filtered =
                !query.labels().requirements().isEmpty() || !query.fields().isEmpty();
        return new ListAnswer(
                all.resourceVersion(),
                page,
                Optional.of(new Position(all.resourceVersion(), last.namespace(), last.name()).encode()),
                filtered ? Optional.empty() : Optional.of(remaining));
    }

    private static ObjectList objects(
            ObjectStore store, ResourceType type, String namespace, ListQuery query, Optional<Position> position) {
        LabelSelector labels = query.labels();
        if (position.isPresent()) {
            Position start = position.get();
            if (start.version() < 0) {
                return store.snapshot(type, namespace, labels);
            }
            try {
                return store.snapshotAt(type, namespace, labels, start.version());
            } catch (ApiError expired) {
                throw ApiError.expiredContinue(EXPIRED, new Position(-1, start.namespace(), start.name()).encode());
            }
        }
        long wanted = query.version().orElse(0L);
        if (wanted > store.resourceVersion()) {
            throw ApiError.tooLargeVersion(wanted, store.resourceVersion());
        }
        boolean exact = query.versionMatch().equals(Optional.of("Exact"))
                || (query.versionMatch().isEmpty() && query.limit() > 0 && wanted > 0);
        return exact ? store.snapshotAt(type, namespace, labels, wanted) : store.snapshot(type, namespace, labels);
    }

    /** The {@code metadata} of the list. */
    ObjectNode metadata() {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("resourceVersion", Long.toString(resourceVersion));
        continueToken.ifPresent(token -> metadata.put("continue", token));
        remaining.ifPresent(count -> metadata.put("remainingItemCount", count));
        return metadata;
    }
}
