package dev.relevo.local.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.proxy.RouteReport.Outcome;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ResourceTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/** Reads HTTPRoutes into rules. Made for one reading; the division by weight goes on from the reading before. */
final class RouteReader {
    private static final Outcome ACCEPTED = new Outcome("Accepted", "The route is in force");
    private static final Outcome RESOLVED = new Outcome("ResolvedRefs", "All references are resolved");

    private final Set<PortKey> servicePorts;
    private final Map<ObjectKey, ObjectNode> gateways;
    private final Map<String, WeightedServices> former;
    private final Map<String, WeightedServices> divisions = new HashMap<>();
    private final Map<PortKey, List<RouteRule>> rules = new HashMap<>();
    private final List<RouteReport> reports = new ArrayList<>();
    private final Map<ObjectKey, Map<String, Integer>> attached = new HashMap<>();

    /** A port at which a route is in force, and the host names for which it is. */
    private record Place(PortKey port, List<String> hostnames) {}

    RouteReader(Set<PortKey> servicePorts, Map<ObjectKey, ObjectNode> gateways, Map<String, WeightedServices> former) {
        this.servicePorts = servicePorts;
        this.gateways = gateways;
        this.former = former;
    }

    Map<PortKey, List<RouteRule>> rules() {
        rules.values().forEach(each -> each.sort(RouteRule.PRECEDENCE));
        return rules;
    }

    List<RouteReport> reports() {
        return reports;
    }

    Map<String, WeightedServices> divisions() {
        return divisions;
    }

    /** How many routes each listener of each Gateway has. */
    Map<ObjectKey, Map<String, Integer>> attached() {
        return attached;
    }

    void read(ObjectNode route) {
        ObjectKey key = ObjectKey.of(ResourceTypes.HTTP_ROUTE, route);
        List<RouteReport.Parent> parents = new ArrayList<>();
        Outcome resolved = resolve(key, route);
        for (JsonNode parent : route.path("spec").path("parentRefs")) {
            List<Place> places = new ArrayList<>();
            Outcome accepted = unsupported(route).orElseGet(() -> attach(key, route, parent, places));
            places.forEach(place -> add(key, route, place));
            parents.add(new RouteReport.Parent(parent.deepCopy(), accepted, resolved));
        }
        reports.add(
                new RouteReport(key, route.path("metadata").path("generation").asLong(), parents));
    }

    private static Optional<Outcome> unsupported(ObjectNode route) {
        for (JsonNode rule : route.path("spec").path("rules")) {
            Optional<String> filter = RouteFilters.of(rule.path("filters")).unsupported();
            if (filter.isPresent()) {
                return Optional.of(
                        new Outcome("UnsupportedValue", "The filter [" + filter.get() + "] is not supported"));
            }
            try {
                rule.path("matches").forEach(RouteMatch::of);
            } catch (PatternSyntaxException e) {
                return Optional.of(new Outcome("UnsupportedValue", "A regular expression is wrong: " + e.getMessage()));
            }
        }
        return Optional.empty();
    }

    private Outcome attach(ObjectKey route, ObjectNode object, JsonNode parent, List<Place> places) {
        String namespace = parent.path("namespace").asText(route.namespace());
        String name = parent.path("name").asText();
        int port = parent.path("port").asInt(0);
        if (parent.path("kind").asText("Gateway").equals("Service")) {
            ObjectKey service = ResourceTypes.SERVICE.key(namespace, name);
            servicePorts.stream()
                    .filter(each -> each.owner().equals(service) && (port == 0 || each.port() == port))
                    .forEach(each -> places.add(new Place(each, List.of(""))));
            return places.isEmpty()
                    ? new Outcome("NoMatchingParent", "There is no Service " + namespace + "/" + name + at(port))
                    : ACCEPTED;
        }
        ObjectKey key = ResourceTypes.GATEWAY.key(namespace, name);
        ObjectNode gateway = gateways.get(key);
        if (gateway == null) {
            return new Outcome("NoMatchingParent", "There is no Gateway " + namespace + "/" + name);
        }
        String section = parent.path("sectionName").asText("");
        Outcome outcome =
                new Outcome("NoMatchingParent", "The Gateway has no HTTP listener [" + section + "]" + at(port));
        List<String> hostnames = new ArrayList<>();
        object.path("spec").path("hostnames").forEach(each -> hostnames.add(each.asText()));
        for (JsonNode listener : gateway.path("spec").path("listeners")) {
            boolean meant = (section.isEmpty() || listener.path("name").asText().equals(section))
                    && (port == 0 || listener.path("port").asInt() == port)
                    && listener.path("protocol").asText().equals("HTTP");
            if (!meant) {
                continue;
            }
            List<String> common = Hostnames.common(listener.path("hostname").asText(""), hostnames);
            boolean allowed = route.namespace().equals(namespace)
                    || listener.path("allowedRoutes")
                            .path("namespaces")
                            .path("from")
                            .asText("Same")
                            .equals("All");
            if (!allowed) {
                outcome = new Outcome(
                        "NotAllowedByListeners", "The listener allows no routes of namespace " + route.namespace());
            } else if (common.isEmpty()) {
                outcome = new Outcome(
                        "NoMatchingListenerHostname", "The listener's host name excludes those of the route");
            } else {
                places.add(new Place(new PortKey(key, listener.path("port").asInt()), common));
                attached.computeIfAbsent(key, each -> new HashMap<>())
                        .merge(listener.path("name").asText(), 1, Integer::sum);
            }
        }
        return places.isEmpty() ? outcome : ACCEPTED;
    }

    private static String at(int port) {
        return port == 0 ? "" : " with port " + port;
    }

    private Outcome resolve(ObjectKey route, ObjectNode object) {
        for (JsonNode rule : object.path("spec").path("rules")) {
            for (JsonNode backend : rule.path("backendRefs")) {
                String namespace = backend.path("namespace").asText(route.namespace());
                if (!backend.path("kind").asText("Service").equals("Service")) {
                    return new Outcome(
                            "InvalidKind",
                            "[" + backend.path("kind").asText() + "] is no kind that requests can go to");
                }
                if (!namespace.equals(route.namespace())) {
                    return new Outcome("RefNotPermitted", "A Service of namespace [" + namespace + "] needs a grant");
                }
                if (service(route, backend).isEmpty()) {
                    return new Outcome(
                            "BackendNotFound",
                            "There is no Service " + namespace + "/"
                                    + backend.path("name").asText()
                                    + at(backend.path("port").asInt()));
                }
            }
        }
        return RESOLVED;
    }

    private Optional<PortKey> service(ObjectKey route, JsonNode backend) {
        boolean own = backend.path("kind").asText("Service").equals("Service")
                && backend.path("namespace").asText(route.namespace()).equals(route.namespace())
                && !backend.path("name").asText("").isEmpty();
        return own
                ? Optional.of(PortKey.service(
                                route.namespace(),
                                backend.path("name").asText(),
                                backend.path("port").asInt()))
                        .filter(servicePorts::contains)
                : Optional.empty();
    }

    private void add(ObjectKey key, ObjectNode route, Place place) {
        List<RouteRule> here = rules.computeIfAbsent(place.port, each -> new ArrayList<>());
        JsonNode list = route.path("spec").path("rules");
        for (int i = 0; i < list.size(); i++) {
            JsonNode rule = list.get(i);
            WeightedServices services = division(key, route, i, rule);
            Optional<Duration> timeout = RouteTimeouts.of(rule.path("timeouts"));
            int number = 0;
            for (JsonNode match : rule.path("matches")) {
                String origin = String.join(
                        " ",
                        route.path("metadata").path("creationTimestamp").asText(),
                        key.namespace() + "/" + key.name(),
                        String.format("%04d %04d", i, number++));
                for (String hostname : place.hostnames) {
                    here.add(new RouteRule(
                            hostname,
                            RouteMatch.of(match),
                            RouteFilters.of(rule.path("filters")),
                            services,
                            timeout,
                            origin));
                }
            }
        }
    }

    private WeightedServices division(ObjectKey key, ObjectNode route, int number, JsonNode rule) {
        List<WeightedServices.Share> shares = new ArrayList<>();
        for (JsonNode backend : rule.path("backendRefs")) {
            shares.add(new WeightedServices.Share(
                    service(key, backend), backend.path("weight").asInt(1)));
        }
        String id = route.path("metadata").path("uid").asText() + " " + number;
        return divisions.computeIfAbsent(id, each -> {
            WeightedServices before = former.get(each);
            return before != null && before.shares().equals(shares) ? before : new WeightedServices(shares);
        });
    }
}
