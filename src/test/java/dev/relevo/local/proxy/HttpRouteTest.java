package dev.relevo.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.controller.Conditions;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpRouteTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ProxyFixture cluster;
    private HttpBackend stable;
    private HttpBackend candidate;

    @BeforeEach
    void start(@TempDir Path directory) {
        cluster = new ProxyFixture(directory);
        stable = HttpBackend.handling(
                exchange -> exchange.getResponseSender().send("stable " + exchange.getRequestURI()));
        candidate = HttpBackend.handling(
                exchange -> exchange.getResponseSender().send("candidate " + exchange.getRequestURI()));
        cluster.service("stable", 8080);
        cluster.service("candidate", 8080);
        cluster.endpoints("stable", List.of(stable.ready()));
        cluster.endpoints("candidate", List.of(candidate.ready()));
    }

    @AfterEach
    void stop() {
        cluster.close();
        stable.close();
        candidate.close();
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private ObjectKey route(String name, String spec) {
        ObjectNode route = json("{'metadata': {'name': '" + name + "'}}");
        route.set("spec", json(spec));
        cluster.store.create(ResourceTypes.HTTP_ROUTE, "default", route, WriteOptions.NONE);
        return ResourceTypes.HTTP_ROUTE.key("default", name);
    }

    private String gateway() {
        ObjectNode gateway = json("{'metadata': {'name': 'edge'}, 'spec': {'gatewayClassName': 'local', 'listeners': ["
                + "{'name': 'web', 'protocol': 'HTTP', 'port': 8000}]}}");
        cluster.store.create(ResourceTypes.GATEWAY, "default", gateway, WriteOptions.NONE);
        ObjectKey key = ResourceTypes.GATEWAY.key("default", "edge");
        ProxyFixture.await(() -> Conditions.isTrue(cluster.read(key), "Programmed"));
        return cluster.annotation(key);
    }

    private static String weights(int stable, int candidate) {
        return "{'parentRefs': [{'group': '', 'kind': 'Service', 'name': 'stable'}], 'rules': [{'backendRefs': ["
                + "{'name': 'stable', 'port': 8080, 'weight': " + stable + "},"
                + "{'name': 'candidate', 'port': 8080, 'weight': " + candidate + "}]}]}";
    }

    private void awaitAccepted(ObjectKey route) {
        ProxyFixture.await(() -> isTrue(route, "Accepted"));
    }

    private boolean isTrue(ObjectKey route, String condition) {
        ObjectNode object = cluster.read(route);
        JsonNode parent = object.path("status").path("parents").path(0);
        for (JsonNode each : parent.path("conditions")) {
            if (each.path("type").asText().equals(condition)) {
                return each.path("status").asText().equals("True")
                        && each.path("observedGeneration")
                                .equals(object.path("metadata").path("generation"));
            }
        }
        return false;
    }

    private HttpResponse<String> get(String url, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private Map<String, Integer> answers(String url, int requests) throws IOException, InterruptedException {
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            answers.merge(get(url).body().split(" ")[0], 1, Integer::sum);
        }
        return answers;
    }

    @Test
    void aServicesRequestsAreDividedExactlyByWeight() throws Exception {
        ObjectKey key = route("split", weights(95, 5));
        awaitAccepted(key);

        assertThat(answers(cluster.url("stable"), 200)).isEqualTo(Map.of("stable", 190, "candidate", 10));
        assertThat(isTrue(key, "ResolvedRefs")).isTrue();
    }

    @Test
    void weightZeroGetsNothingAndNoRequestFailsWhileWeightsChange() throws Exception {
        ObjectKey key = route("split", weights(1, 0));
        awaitAccepted(key);
        String url = cluster.url("stable");
        assertThat(answers(url, 50)).isEqualTo(Map.of("stable", 50));
        try (OpenLoopClient load = new OpenLoopClient(url, 250)) {
            for (int weight = 10; weight <= 100; weight += 30) {
                int share = weight;
                cluster.store.modify(key, WriteOptions.NONE, object -> {
                    object.set("spec", json(weights(100 - share, share)));
                    return object;
                });
                awaitAccepted(key);
                int before = load.total();
                ProxyFixture.await(() -> load.total() > before + 50);
            }
            load.finish();

            assertThat(load.failures).isEmpty();
        }
        assertThat(answers(url, 50)).isEqualTo(Map.of("candidate", 50));
    }

    @Test
    void aGatewaySaysWhereItIsAndTriesTheMostSpecificRuleFirst() throws Exception {
        String url = gateway();
        ObjectKey key = route(
                "rules",
                "{'parentRefs': [{'name': 'edge'}], 'rules': ["
                        + "{'matches': [{'path': {'type': 'PathPrefix', 'value': '/'}}],"
                        + " 'backendRefs': [{'name': 'stable', 'port': 8080}]},"
                        + "{'matches': [{'path': {'type': 'PathPrefix', 'value': '/new'}}],"
                        + " 'backendRefs': [{'name': 'candidate', 'port': 8080}]},"
                        + "{'matches': [{'path': {'type': 'Exact', 'value': '/new/old'}}],"
                        + " 'backendRefs': [{'name': 'stable', 'port': 8080}]},"
                        + "{'matches': [{'headers': [{'name': 'X-Try', 'value': 'yes'}]},"
                        + " {'queryParams': [{'name': 'try', 'value': 'yes'}]}, {'method': 'DELETE'}],"
                        + " 'backendRefs': [{'name': 'candidate', 'port': 8080}]}]}");
        awaitAccepted(key);

        assertThat(get(url + "/any").body()).isEqualTo("stable /any");
        assertThat(get(url + "/new").body()).isEqualTo("candidate /new");
        assertThat(get(url + "/new/x").body()).isEqualTo("candidate /new/x");
        assertThat(get(url + "/newer").body()).isEqualTo("stable /newer");
        assertThat(get(url + "/new/old").body()).isEqualTo("stable /new/old");
        assertThat(get(url + "/any", "X-Try", "yes").body()).isEqualTo("candidate /any");
        assertThat(get(url + "/any?try=yes").body()).isEqualTo("candidate /any");
        assertThat(client.send(
                                HttpRequest.newBuilder(URI.create(url)).DELETE().build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body())
                .isEqualTo("candidate /");
    }

    @Test
    void hostNamesDecideAndWithoutAMatchTheAnswerIs404() throws Exception {
        URI url = URI.create(gateway());
        awaitAccepted(route(
                "hosts",
                "{'parentRefs': [{'name': 'edge'}], 'hostnames': ['*.example.com'], 'rules': ["
                        + "{'backendRefs': [{'name': 'stable', 'port': 8080}]}]}"));
        awaitAccepted(route(
                "host",
                "{'parentRefs': [{'name': 'edge'}], 'hostnames': ['new.example.com'], 'rules': ["
                        + "{'backendRefs': [{'name': 'candidate', 'port': 8080}]}]}"));

        assertThat(asked(url, "old.example.com")).endsWith("stable /");
        assertThat(asked(url, "new.example.com")).endsWith("candidate /");
        assertThat(asked(url, "example.org"))
                .startsWith("HTTP/1.1 404")
                .contains("No HTTPRoute of Gateway default/edge");
    }

    private static String asked(URI url, String host) throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void filtersRewriteAndRedirect() throws Exception {
        String url = gateway();
        awaitAccepted(route(
                "filters",
                "{'parentRefs': [{'name': 'edge'}], 'rules': ["
                        + "{'matches': [{'path': {'type': 'PathPrefix', 'value': '/api'}}], 'filters': ["
                        + "{'type': 'URLRewrite', 'urlRewrite': {'path': {'type': 'ReplacePrefixMatch',"
                        + " 'replacePrefixMatch': '/v2'}}}], 'backendRefs': [{'name': 'stable', 'port': 8080}]},"
                        + "{'matches': [{'path': {'type': 'Exact', 'value': '/moved'}}], 'filters': ["
                        + "{'type': 'RequestRedirect', 'requestRedirect': {'hostname': 'example.org', 'port': 80,"
                        + " 'statusCode': 301}}]}]}"));

        assertThat(get(url + "/api/things").body()).isEqualTo("stable /v2/things");
        HttpResponse<String> moved = get(url + "/moved?x=1");
        assertThat(moved.statusCode()).isEqualTo(301);
        assertThat(moved.headers().firstValue("Location")).contains("http://example.org/moved?x=1");
    }

    @Test
    void anAnswerThatTakesLongerThanTheRouteAllowsIs504() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (HttpBackend slow = HttpBackend.handling(exchange -> {
            goOn.await(30, TimeUnit.SECONDS);
            exchange.getResponseSender().send("late");
        })) {
            cluster.service("slow", 8080);
            cluster.endpoints("slow", List.of(slow.ready()));
            String url = gateway();
            awaitAccepted(route(
                    "impatient",
                    "{'parentRefs': [{'name': 'edge'}], 'rules': [{'timeouts': {'request': '3s'},"
                            + " 'backendRefs': [{'name': 'slow', 'port': 8080}]}]}"));

            HttpResponse<String> answer = get(url + "/report");

            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(answer.body())
                    .startsWith("Service default/slow port 8080: endpoint 127.0.0.1:")
                    .contains("did not answer GET /report within 3000 ms");
            assertThat(slow.requests.get()).isEqualTo(1);
            goOn.countDown();
        }
    }

    @Test
    void aServiceThatDoesNotExistIsReportedAndItsShareAnsweredWith500() throws Exception {
        ObjectKey key = route(
                "broken",
                "{'parentRefs': [{'group': '', 'kind': 'Service', 'name': 'stable'}], 'rules': [{'backendRefs': ["
                        + "{'name': 'stable', 'port': 8080}, {'name': 'missing', 'port': 8080}]}]}");
        awaitAccepted(key);
        String url = cluster.url("stable");

        List<Integer> statuses = List.of(get(url).statusCode(), get(url).statusCode());

        assertThat(statuses).containsExactlyInAnyOrder(200, 500);
        assertThat(isTrue(key, "ResolvedRefs")).isFalse();
        assertThat(cluster.read(key).path("status").toString())
                .contains("BackendNotFound", "There is no Service default/missing with port 8080");
    }

    @Test
    void aRouteWithoutItsParentIsNotAccepted() {
        ObjectKey key = route("lost", "{'parentRefs': [{'name': 'nowhere'}], 'rules': [{}]}");

        ProxyFixture.await(() -> cluster.read(key).path("status").toString().contains("NoMatchingParent"));

        assertThat(isTrue(key, "Accepted")).isFalse();
    }
}
