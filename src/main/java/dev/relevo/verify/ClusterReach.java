package dev.relevo.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.report.RelevoException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Directly where the cluster says that this machine can reach it (the annotation {@value #URL} on a Service, a loopback
 * address of a pod), else through the API server's proxy, which needs no way into the cluster's network.
 */
public final class ClusterReach implements Reach {
    /** On Services of clusters on this machine: the URL at which they answer here. */
    public static final String URL = "local.relevo.dev/url";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Cluster cluster;
    private Optional<HttpClient> http = Optional.empty();

    public ClusterReach(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public HttpReply send(KubeObject target, HttpAsk ask) throws IOException, InterruptedException {
        Optional<String> base = direct(target, ask);
        if (base.isPresent()) {
            return direct(base.get(), ask);
        }
        try {
            Cluster.ProxyAnswer answer = cluster.proxy(
                    target.ref(),
                    port(target, ask).orElse(""),
                    new Cluster.ProxyRequest(ask.method(), ask.path(), ask.headers(), ask.timeout()));
            return new HttpReply(answer.status(), answer.body());
        } catch (RelevoException | ClusterRefusal e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Through the API server, which opens a connection to an endpoint of the Service. Its own words, a Status, tell that from
     * whatever the app says; an app that does not speak HTTP was reached all the same.
     */
    @Override
    public Contact contact(KubeObject service, Duration timeout) throws InterruptedException {
        Optional<String> port = tcpPort(service);
        if (port.isEmpty()) {
            return new Contact.Unknown("it has no TCP port");
        }
        try {
            Cluster.ProxyRequest ask = new Cluster.ProxyRequest("GET", "/", Map.of(), timeout);
            return contact(cluster.proxy(service.ref(), port.get(), ask));
        } catch (ClusterRefusal.Forbidden refused) {
            return new Contact.Unknown(refused.problem().summary());
        } catch (RelevoException | ClusterRefusal e) {
            return new Contact.None(String.valueOf(e.getMessage()));
        }
    }

    private static Contact contact(Cluster.ProxyAnswer answer) {
        JsonNode status = status(answer.body());
        if (!status.path("kind").asText().equals("Status")
                || status.path("code").asInt() != answer.status()) {
            return new Contact.Made();
        }
        String why = status.path("message").asText();
        if (answer.status() == 401 || answer.status() == 403) {
            return new Contact.Unknown(why);
        }
        return why.contains("malformed HTTP") ? new Contact.Made() : new Contact.None(why);
    }

    private static JsonNode status(String body) {
        try {
            return body.startsWith("{") ? MAPPER.readTree(body) : MissingNode.getInstance();
        } catch (JsonProcessingException other) {
            return MissingNode.getInstance();
        }
    }

    private static Optional<String> tcpPort(KubeObject service) {
        for (JsonNode port : service.at("/spec/ports")) {
            if (port.path("protocol").asText("TCP").equals("TCP")) {
                return Optional.of(port.path("port").asText());
            }
        }
        return Optional.empty();
    }

    @Override
    public Entry entry(KubeObject route) {
        return new Entries(cluster).of(route);
    }

    @Override
    public HttpReply send(Entry.At entry, HttpAsk ask) throws IOException, InterruptedException {
        HttpAsk wanted = entry.host().map(host -> ask.with("Host", host)).orElse(ask);
        return direct(entry.base(), wanted);
    }

    private HttpReply direct(String base, HttpAsk ask) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + ask.path()))
                .method(ask.method(), HttpRequest.BodyPublishers.noBody())
                .timeout(ask.timeout());
        ask.headers().forEach(request::header);
        try {
            HttpResponse<String> response = http().send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new HttpReply(
                    response.statusCode(), response.body(), response.headers().map());
        } catch (IOException e) {
            String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new IOException("no answer from " + base + ": " + message, e);
        }
    }

    private static Optional<String> direct(KubeObject target, HttpAsk ask) {
        if (target.kind().equals(Kind.SERVICE)) {
            return target.annotation(URL).map(url -> url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
        }
        String address = target.at("/status/podIP").asText("");
        return address.startsWith("127.")
                ? port(target, ask).map(port -> "http://" + address + ":" + port)
                : Optional.empty();
    }

    /** The port that was asked for as a number; the first one when none was. */
    private static Optional<String> port(KubeObject target, HttpAsk ask) {
        boolean service = target.kind().equals(Kind.SERVICE);
        if (ask.port().filter(port -> port.matches("[0-9]+")).isPresent()) {
            return ask.port();
        }
        JsonNode containers = target.at("/spec/containers");
        Iterable<JsonNode> groups = service ? java.util.List.of(target.at("/spec")) : containers;
        for (JsonNode group : groups) {
            for (JsonNode port : group.path("ports")) {
                if (ask.port().isEmpty()
                        || ask.port().get().equals(port.path("name").asText())) {
                    return Optional.of(
                            port.path(service ? "port" : "containerPort").asText());
                }
            }
        }
        return Optional.empty();
    }

    /** Opened when it is needed: it reads every authority that Java trusts, which takes longer than a request. */
    private synchronized HttpClient http() {
        HttpClient open = http.orElseGet(() ->
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        http = Optional.of(open);
        return open;
    }
}
