package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import io.undertow.server.HttpServerExchange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What requests a rule is for.
 *
 * @param pathType {@code Exact}, {@code PathPrefix} or {@code RegularExpression}
 * @param path the path that it compares with
 * @param method the method, empty for any
 * @param headers all of which have to hold
 * @param query all of which have to hold
 */
record RouteMatch(
        String pathType, String path, Optional<String> method, List<Condition> headers, List<Condition> query) {

    /** The order in which the Gateway API wants matches tried: the most specific first. */
    static final Comparator<RouteMatch> PRECEDENCE = Comparator.comparing(
                    (RouteMatch match) -> match.pathType.equals("Exact") ? 0 : 1)
            .thenComparing(match -> match.pathType.equals("PathPrefix") ? 0 : 1)
            .thenComparing(match -> -match.path.length())
            .thenComparing(match -> match.method.isPresent() ? 0 : 1)
            .thenComparing(match -> -match.headers.size())
            .thenComparing(match -> -match.query.size());

    /**
     * A condition on a header or query parameter.
     *
     * @param value what the value has to match as a whole
     */
    record Condition(String name, Pattern value) {
        static List<Condition> all(JsonNode list) {
            List<Condition> conditions = new ArrayList<>();
            for (JsonNode each : list) {
                boolean regular = each.path("type").asText("Exact").equals("RegularExpression");
                String value = each.path("value").asText();
                conditions.add(new Condition(
                        each.path("name").asText(), Pattern.compile(regular ? value : Pattern.quote(value))));
            }
            return conditions;
        }
    }

    static RouteMatch of(JsonNode match) {
        String type = match.path("path").path("type").asText("PathPrefix");
        String path = match.path("path").path("value").asText("/");
        return new RouteMatch(
                type,
                type.equals("PathPrefix") ? withoutEndingSlash(path) : path,
                Optional.of(match.path("method").asText("")).filter(method -> !method.isEmpty()),
                Condition.all(match.path("headers")),
                Condition.all(match.path("queryParams")));
    }

    private static String withoutEndingSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    boolean matches(HttpServerExchange exchange) {
        return matchesPath(exchange.getRequestPath())
                && method.map(each -> exchange.getRequestMethod().equalToString(each))
                        .orElse(true)
                && headers.stream().allMatch(each -> hasHeader(exchange, each))
                && query.stream().allMatch(each -> hasParameter(exchange, each));
    }

    private boolean matchesPath(String asked) {
        return switch (pathType) {
            case "Exact" -> asked.equals(path);
            case "RegularExpression" -> Pattern.matches(path, asked);
            default -> asked.equals(path) || asked.startsWith(path + "/");
        };
    }

    private static boolean hasHeader(HttpServerExchange exchange, Condition condition) {
        var values = exchange.getRequestHeaders().get(condition.name);
        return values != null
                && condition.value.matcher(String.join(",", values)).matches();
    }

    private static boolean hasParameter(HttpServerExchange exchange, Condition condition) {
        var values = exchange.getQueryParameters().get(condition.name);
        return values != null
                && !values.isEmpty()
                && condition.value.matcher(values.getFirst()).matches();
    }
}
