package dev.relevo.local.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Leads each request to its route and every refusal to the answer that the specification gives to it. */
final class RegistryApi implements HttpHandler {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern UPLOADS = Pattern.compile("/v2/(.+)/blobs/uploads/?");
    private static final Pattern UPLOAD = Pattern.compile("/v2/(.+)/blobs/uploads/([^/]+)");
    private static final Pattern BLOB = Pattern.compile("/v2/(.+)/blobs/([^/]+)");
    private static final Pattern MANIFEST = Pattern.compile("/v2/(.+)/manifests/([^/]+)");
    private static final Pattern TAGS = Pattern.compile("/v2/(.+)/tags/list");
    private static final Pattern REFERRERS = Pattern.compile("/v2/(.+)/referrers/([^/]+)");

    private final UploadRoutes uploads;
    private final BlobRoutes blobs;
    private final ManifestRoutes manifests;
    private final ListRoutes lists;

    RegistryApi(RegistryStore store) {
        this.uploads = new UploadRoutes(store);
        this.blobs = new BlobRoutes(store);
        this.manifests = new ManifestRoutes(store);
        this.lists = new ListRoutes(store);
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        exchange.getResponseHeaders().put(new HttpString("Docker-Distribution-API-Version"), "registry/2.0");
        try {
            route(exchange, exchange.getRequestPath());
        } catch (RegistryRefusal refusal) {
            refuse(exchange, refusal.status(), refusal.code(), String.valueOf(refusal.getMessage()));
        } catch (IOException e) {
            if (exchange.isResponseStarted()) {
                throw e;
            }
            refuse(exchange, 500, "UNKNOWN", "the registry's store failed: " + e);
        }
    }

    private void route(HttpServerExchange exchange, String path) throws IOException {
        Matcher matcher;
        if (path.equals("/v2/") || path.equals("/v2")) {
            json(exchange, 200, Map.of());
        } else if (path.equals("/v2/_catalog")) {
            lists.catalog(exchange);
        } else if ((matcher = UPLOADS.matcher(path)).matches()) {
            uploads.start(exchange, new RepositoryName(matcher.group(1)));
        } else if ((matcher = UPLOAD.matcher(path)).matches()) {
            uploads.advance(exchange, new RepositoryName(matcher.group(1)), matcher.group(2));
        } else if ((matcher = BLOB.matcher(path)).matches()) {
            blobs.handle(exchange, new RepositoryName(matcher.group(1)), matcher.group(2));
        } else if ((matcher = MANIFEST.matcher(path)).matches()) {
            manifests.handle(exchange, new RepositoryName(matcher.group(1)), matcher.group(2));
        } else if ((matcher = TAGS.matcher(path)).matches()) {
            lists.tags(exchange, new RepositoryName(matcher.group(1)));
        } else if ((matcher = REFERRERS.matcher(path)).matches()) {
            lists.referrers(exchange, new RepositoryName(matcher.group(1)), matcher.group(2));
        } else {
            throw new RegistryRefusal(404, "NOT_FOUND", "[" + path + "] is nothing that a registry has");
        }
    }

    static void json(HttpServerExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.setStatusCode(status);
        if (!exchange.getResponseHeaders().contains(Headers.CONTENT_TYPE)) {
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        }
        exchange.setResponseContentLength(bytes.length);
        if (!exchange.getRequestMethod().equals(Methods.HEAD)) {
            exchange.getOutputStream().write(bytes);
        }
    }

    private static void refuse(HttpServerExchange exchange, int status, String code, String message)
            throws IOException {
        exchange.getResponseHeaders().remove(Headers.CONTENT_TYPE);
        json(exchange, status, Map.of("errors", List.of(Map.of("code", code, "message", message))));
    }

    /** A query parameter, or an empty string. */
    static String query(HttpServerExchange exchange, String name) {
        var values = exchange.getQueryParameters().get(name);
        return values == null || values.isEmpty() ? "" : values.getFirst();
    }
}
