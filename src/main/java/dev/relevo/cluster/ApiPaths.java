package dev.relevo.cluster;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Where kinds and objects are in the API: from the table of known kinds, else asked of the server once. */
final class ApiPaths {
    private final ApiConnection connection;
    private final Map<String, Map<String, KnownKinds.Resource>> discovered = new ConcurrentHashMap<>();

    ApiPaths(ApiConnection connection) {
        this.connection = connection;
    }

    /** The collection of a kind; empty when the server does not serve it. @param namespace empty for all namespaces */
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

    /** The equality selector for a query, without {@code ?} or {@code &}; empty when there is nothing to select. */
    static String selector(Map<String, String> labels) {
        if (labels.isEmpty()) {
            return "";
        }
        StringJoiner selector = new StringJoiner(",");
        new TreeMap<>(labels).forEach((key, value) -> selector.add(key + "=" + value));
        return "labelSelector=" + encode(selector.toString());
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
