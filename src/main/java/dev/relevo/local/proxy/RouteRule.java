package dev.relevo.local.proxy;

import io.undertow.server.HttpServerExchange;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

/**
 * One match of one rule of an HTTPRoute on one host name.
 *
 * @param hostname for which host, empty for any
 * @param match for which requests
 * @param filters what is done with the request
 * @param services where it goes
 * @param timeout how long an answer may take to begin; empty: as long as it does
 * @param origin orders rules that are equal otherwise: the route's creation time, namespace and name, its number in it
 */
record RouteRule(
        String hostname,
        RouteMatch match,
        RouteFilters filters,
        WeightedServices services,
        Optional<Duration> timeout,
        String origin) {

    /** The order in which rules are tried. */
    static final Comparator<RouteRule> PRECEDENCE = Comparator.comparing(
                    (RouteRule rule) -> Hostnames.rank(rule.hostname))
            .thenComparing(RouteRule::match, RouteMatch.PRECEDENCE)
            .thenComparing(RouteRule::origin);

    boolean matches(HttpServerExchange exchange) {
        return Hostnames.covers(hostname, exchange.getHostName()) && match.matches(exchange);
    }
}
