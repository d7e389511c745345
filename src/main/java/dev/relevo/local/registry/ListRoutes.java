package dev.relevo.local.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists: tags and repositories page by page, and the manifests that refer to another one. */
final class ListRoutes {
    private final RegistryStore store;

    ListRoutes(RegistryStore store) {
        this.store = store;
    }

    /** {@code GET /v2/<name>/tags/list?n=&last=}. */
    void tags(HttpServerExchange exchange, RepositoryName repository) throws IOException {
        if (!store.exists(repository)) {
            throw new RegistryRefusal(404, "NAME_UNKNOWN", "repository [" + repository + "] holds nothing");
        }
        List<String> page = page(exchange, store.tags(repository), "/v2/" + repository + "/tags/list");
        RegistryApi.json(exchange, 200, Map.of("name", repository.value(), "tags", page));
    }

    /** {@code GET /v2/_catalog?n=&last=}. */
    void catalog(HttpServerExchange exchange) throws IOException {
        List<String> page = page(exchange, store.repositories(), "/v2/_catalog");
        RegistryApi.json(exchange, 200, Map.of("repositories", page));
    }

    /** {@code GET /v2/<name>/referrers/<digest>?artifactType=}; an empty index when there are none. */
    void referrers(HttpServerExchange exchange, RepositoryName repository, String reference) throws IOException {
        String wanted = RegistryApi.query(exchange, "artifactType");
        List<Map<String, Object>> found = new ArrayList<>();
        for (BlobDigest digest : store.referrers(repository, BlobDigest.parse(reference))) {
            var manifest = store.manifest(repository, digest);
            if (manifest.isPresent()) {
                Map<String, Object> descriptor = describe(manifest.get());
                if (wanted.isEmpty() || wanted.equals(descriptor.get("artifactType"))) {
                    found.add(descriptor);
                }
            }
        }
        if (!wanted.isEmpty()) {
            exchange.getResponseHeaders().put(new HttpString("OCI-Filters-Applied"), "artifactType");
        }
        String index = "application/vnd.oci.image.index.v1+json";
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, index);
        RegistryApi.json(exchange, 200, Map.of("schemaVersion", 2, "mediaType", index, "manifests", found));
    }

    private static Map<String, Object> describe(RegistryStore.StoredManifest manifest) {
        JsonNode json = ManifestReferences.read(manifest.content(), manifest.mediaType())
                .json();
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", manifest.mediaType());
        descriptor.put("digest", manifest.digest().toString());
        descriptor.put("size", manifest.content().length);
        String type = json.path("artifactType")
                .asText(json.path("config").path("mediaType").asText());
        if (!type.isEmpty()) {
            descriptor.put("artifactType", type);
        }
        if (json.has("annotations")) {
            descriptor.put("annotations", json.path("annotations"));
        }
        return descriptor;
    }

    private static List<String> page(HttpServerExchange exchange, List<String> all, String path) {
        String last = RegistryApi.query(exchange, "last");
        String wanted = RegistryApi.query(exchange, "n");
        if (!wanted.isEmpty() && !wanted.matches("[0-9]{1,9}")) {
            throw new RegistryRefusal(400, "PAGINATION_NUMBER_INVALID", "n is a number, not [" + wanted + "]");
        }
        List<String> rest = all.stream()
                .filter(name -> last.isEmpty() || name.compareTo(last) > 0)
                .toList();
        int size = wanted.isEmpty() ? rest.size() : Math.min(Integer.parseInt(wanted), rest.size());
        List<String> page = rest.subList(0, size);
        if (size > 0 && size < rest.size()) {
            exchange.getResponseHeaders()
                    .put(
                            new HttpString("Link"),
                            "<" + path + "?n=" + wanted + "&last=" + page.get(size - 1) + ">; rel=\"next\"");
        }
        return page;
    }
}
