package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The filters of a rule, in their order. */
record RouteFilters(List<JsonNode> filters) {
    private static final Set<String> KNOWN =
            Set.of("RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite");

    static RouteFilters of(JsonNode list) {
        List<JsonNode> filters = new ArrayList<>();
        list.forEach(filters::add);
        return new RouteFilters(List.copyOf(filters));
    }

    /** The first type of filter that is not supported. */
    Optional<String> unsupported() {
        return filters.stream()
                .map(filter -> filter.path("type").asText())
                .filter(type -> !KNOWN.contains(type))
                .findFirst();
    }

    /**
     * Changes the request, and the response when it comes.
     *
     * @return whether it is answered by that, with a redirection
     */
    boolean apply(HttpServerExchange exchange, RouteMatch match) {
        for (JsonNode filter : filters) {
            switch (filter.path("type").asText()) {
                case "RequestHeaderModifier" ->
                    modify(exchange.getRequestHeaders(), filter.path("requestHeaderModifier"));
                case "ResponseHeaderModifier" ->
                    exchange.addResponseCommitListener(
                            each -> modify(each.getResponseHeaders(), filter.path("responseHeaderModifier")));
                case "URLRewrite" -> rewrite(exchange, match, filter.path("urlRewrite"));
                case "RequestRedirect" -> {
                    redirect(exchange, match, filter.path("requestRedirect"));
                    return true;
                }
                default ->
                    throw new IllegalStateException("A rule with an unsupported filter was taken over: " + filter);
            }
        }
        return false;
    }

    private static void modify(HeaderMap headers, JsonNode modifier) {
        modifier.path("set")
                .forEach(each -> headers.put(name(each), each.path("value").asText()));
        modifier.path("add")
                .forEach(each -> headers.add(name(each), each.path("value").asText()));
        modifier.path("remove").forEach(each -> headers.remove(each.asText()));
    }

    private static HttpString name(JsonNode header) {
        return new HttpString(header.path("name").asText());
    }

    private static void rewrite(HttpServerExchange exchange, RouteMatch match, JsonNode rewrite) {
        String hostname = rewrite.path("hostname").asText("");
        if (!hostname.isEmpty()) {
            exchange.getRequestHeaders().put(Headers.HOST, hostname);
        }
        if (rewrite.has("path")) {
            exchange.setRequestURI(path(exchange, match, rewrite.path("path")), false);
        }
    }

    private static void redirect(HttpServerExchange exchange, RouteMatch match, JsonNode redirect) {
        String scheme = redirect.path("scheme").asText(exchange.getRequestScheme());
        String host = redirect.path("hostname").asText(exchange.getHostName());
        int standard = scheme.equals("https") ? 443 : 80;
        int port = redirect.path("port").asInt(redirect.has("scheme") ? standard : exchange.getHostPort());
        String path = redirect.has("path") ? path(exchange, match, redirect.path("path")) : exchange.getRequestURI();
        String query = exchange.getQueryString().isEmpty() ? "" : "?" + exchange.getQueryString();
        exchange.setStatusCode(redirect.path("statusCode").asInt(302));
        exchange.getResponseHeaders()
                .put(Headers.LOCATION, scheme + "://" + host + (port == standard ? "" : ":" + port) + path + query);
        exchange.endExchange();
    }

    private static String path(HttpServerExchange exchange, RouteMatch match, JsonNode change) {
        if (change.path("type").asText().equals("ReplaceFullPath")) {
            return change.path("replaceFullPath").asText();
        }
        String replacement = change.path("replacePrefixMatch").asText();
        String uri = exchange.getRequestURI();
        String rest = uri.startsWith(match.path()) ? uri.substring(match.path().length()) : uri;
        String joined = replacement.endsWith("/") && rest.startsWith("/")
                ? replacement + rest.substring(1)
                : replacement + rest;
        return joined.startsWith("/") ? joined : "/" + joined;
    }
}
