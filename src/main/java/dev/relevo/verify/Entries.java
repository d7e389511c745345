package dev.relevo.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.report.RelevoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds where the requests of live routes come in: what Gateways and Ingresses report of themselves. */
final class Entries {
    private static final int HTTPS = 443;

    private final Cluster cluster;

    Entries(Cluster cluster) {
        this.cluster = cluster;
    }

    Entry of(KubeObject route) {
        if (route.kind().sameGroupAndName(Kind.INGRESS)) {
            return ofIngress(route);
        }
        List<String> reasons = new ArrayList<>();
        for (JsonNode parent : route.at("/spec/parentRefs")) {
            Entry entry = ofParent(route, parent);
            if (entry instanceof Entry.At) {
                return entry;
            }
            reasons.add(((Entry.Unknown) entry).why());
        }
        return new Entry.Unknown(reasons.isEmpty() ? route.ref() + " has no parent" : String.join("; ", reasons));
    }

    private Entry ofParent(KubeObject route, JsonNode parent) {
        boolean service = parent.path("kind").asText("Gateway").equals("Service");
        ObjectRef ref = new ObjectRef(
                service ? Kind.SERVICE : Kind.GATEWAY,
                parent.path("namespace").asText(route.namespace()),
                parent.path("name").asText());
        try {
            Optional<KubeObject> live = cluster.get(ref);
            if (live.isEmpty()) {
                return new Entry.Unknown(ref + " is not there");
            }
            return service ? ofService(live.get()) : ofGateway(route, live.get(), parent);
        } catch (ClusterRefusal refused) {
            return new Entry.Unknown(refused.problem().summary());
        } catch (RelevoException e) {
            return new Entry.Unknown(e.problem().summary());
        }
    }

    /** A mesh follows it between pods; a cluster on this machine at the Service's own address. */
    private static Entry ofService(KubeObject service) {
        return service.annotation(ClusterReach.URL)
                .<Entry>map(url -> new Entry.At(url, Optional.empty()))
                .orElseGet(() -> new Entry.Unknown("a route of " + service.ref() + " is followed inside a mesh only"));
    }

    private static Entry ofGateway(KubeObject route, KubeObject gateway, JsonNode parent) {
        Entry.Unknown none = new Entry.Unknown(gateway.ref() + " has no listener for HTTP that the route names");
        Entry found = none;
        for (JsonNode listener : gateway.at("/spec/listeners")) {
            String section = parent.path("sectionName").asText("");
            int port = listener.path("port").asInt();
            boolean meant =
                    (section.isEmpty() || section.equals(listener.path("name").asText()))
                            && parent.path("port").asInt(port) == port;
            String protocol = listener.path("protocol").asText();
            if (meant && protocol.equals("HTTP")) {
                return plain(route, gateway, listener);
            }
            if (meant && protocol.equals("HTTPS") && found == none) {
                found = host(route, listener)
                        .<Entry>map(name ->
                                new Entry.At("https://" + name + (port == HTTPS ? "" : ":" + port), Optional.empty()))
                        .orElseGet(() -> new Entry.Unknown(
                                "no host name is known under which " + gateway.ref() + " is asked over HTTPS"));
            }
        }
        return found;
    }

    private static Entry plain(KubeObject route, KubeObject gateway, JsonNode listener) {
        Optional<String> host = host(route, listener);
        Optional<String> here = gateway.annotation(ClusterReach.URL)
                .filter(url -> listener.path("port")
                        .equals(gateway.at("/spec/listeners/0").path("port")));
        String address = gateway.at("/status/addresses/0/value").asText("");
        return here.or(() -> address.isEmpty()
                        ? Optional.empty()
                        : Optional.of("http://" + inUrl(address) + ":"
                                + listener.path("port").asInt()))
                .<Entry>map(base -> new Entry.At(base, host))
                .orElseGet(() -> new Entry.Unknown(gateway.ref() + " reports no address"));
    }

    /** IPv6 addresses stand in brackets (RFC 3986). */
    private static String inUrl(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }

    /** A host name that the route is for; for a wildcard one that it covers. */
    private static Optional<String> host(KubeObject route, JsonNode listener) {
        return Optional.of(route.at("/spec/hostnames/0")
                        .asText(listener.path("hostname").asText("")))
                .filter(name -> !name.isEmpty())
                .map(Entries::covered);
    }

    private static String covered(String name) {
        return name.startsWith("*.") ? "preview" + name.substring(1) : name;
    }

    private static Entry ofIngress(KubeObject ingress) {
        String written = ingress.at("/spec/rules/0/host").asText("");
        Optional<String> host =
                Optional.of(written).filter(name -> !name.isEmpty()).map(Entries::covered);
        for (JsonNode tls : ingress.at("/spec/tls")) {
            for (JsonNode name : tls.path("hosts")) {
                if (host.isPresent() && name.asText().equals(written)) {
                    return new Entry.At("https://" + host.get(), Optional.empty());
                }
            }
        }
        JsonNode balancer = ingress.at("/status/loadBalancer/ingress/0");
        String address = balancer.path("ip").asText(balancer.path("hostname").asText(""));
        return address.isEmpty()
                ? new Entry.Unknown(ingress.ref() + " reports no address")
                : new Entry.At("http://" + inUrl(address), host);
    }
}
