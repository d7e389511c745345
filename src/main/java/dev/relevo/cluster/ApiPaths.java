package dev.relevo.cluster;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Where kinds and objects are in the API: from the table of known kinds, else asked of the server once. */
final class ApiPaths {
    /** Reasons of the events that a pod brings whose start is as it should be. */
    private static final List<String> ROUTINE = List.of(
            "Scheduled",
            "Pulling",
            "Pulled",
            "Created",
            "Started",
            "SuccessfulCreate",
            "SuccessfulDelete",
            "ScalingReplicaSet");

    private final ApiConnection connection;
    private final Map<String, Map<String, KnownKinds.Resource>> discovered = new ConcurrentHashMap<>();

    ApiPaths(ApiConnection connection) {
        this.connection = connection;
    }

    /**
     * The collection of a kind; empty when the server does not serve it.
     *
     * @param namespace empty for all namespaces
     */
    Optional<String> collection(Kind kind, String namespace) {
        return resource(kind)
                .map(resource -> root(kind.apiVersion())
                        + (resource.namespaced() && !namespace.isEmpty() ? "/namespaces/" + encode(namespace) : "")
                        + "/" + resource.plural());
    }

    /** One object; empty when the server does not serve its kind. */
    Optional<String> object(ObjectRef ref) {
        Optional<KnownKinds.Resource> resource = resource(ref.kind());
        if (resource.isPresent()
                && resource.get().namespaced()
                && ref.namespace().isEmpty()) {
            throw new IllegalArgumentException(ref + " lives in a namespace, and none is given");
        }
        return collection(ref.kind(), ref.namespace()).map(path -> path + "/" + encode(ref.name()));
    }

    /** Whether the server lists the kind in its discovery. A no is asked again: the kind may be installed meanwhile. */
    boolean served(Kind kind) {
        return groupVersion(kind.apiVersion()).containsKey(kind.name());
    }

    /** What selects by kind and labels in a query, without {@code ?} or {@code &} at its start; empty when all are meant. */
    static String selector(Kind kind, LabelSelector labels) {
        StringJoiner selector = new StringJoiner("&");
        if (kind.sameGroupAndName(Kind.EVENT)) {
            selector.add("fieldSelector="
                    + encode(ROUTINE.stream().map(reason -> "reason!=" + reason).collect(Collectors.joining(","))));
        }
        if (!labels.text().isEmpty()) {
            selector.add("labelSelector=" + encode(labels.text()));
        }
        return selector.toString();
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Optional<KnownKinds.Resource> resource(Kind kind) {
        return KnownKinds.of(kind)
                .or(() -> Optional.ofNullable(groupVersion(kind.apiVersion()).get(kind.name())));
    }

    private Map<String, KnownKinds.Resource> groupVersion(String apiVersion) {
        Map<String, KnownKinds.Resource> known = discovered.get(apiVersion);
        if (known != null) {
            return known;
        }
        ApiAnswer answer = connection.call(ApiRequest.get(root(apiVersion), "discover " + apiVersion));
        Map<String, KnownKinds.Resource> found = new ConcurrentHashMap<>();
        if (answer.ok()) {
            answer.json().path("resources").forEach(entry -> {
                String plural = entry.path("name").asText();
                if (!plural.contains("/")) {
                    found.putIfAbsent(
                            entry.path("kind").asText(),
                            new KnownKinds.Resource(
                                    plural, entry.path("namespaced").asBoolean()));
                }
            });
            if (!found.isEmpty()) {
                discovered.put(apiVersion, found);
            }
        }
        return found;
    }

    private static String root(String apiVersion) {
        return apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/" + apiVersion;
    }
}
