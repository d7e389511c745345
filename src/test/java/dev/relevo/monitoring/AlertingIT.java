package dev.relevo.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus and a real Alertmanager with the files of the manifests, see {@link LocalConfig}, and the sample service. What
 * is shortened: the time between two scrapes and evaluations, how long an alert waits before it fires, and before it is sent.
 */
class AlertingIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final Path KNOWN = Path.of("src/test/resources/monitoring/metrics/clients.txt");

    @TempDir
    Path folder;

    @Test
    void a_service_whose_database_goes_away_is_found_scraped_judged_and_told_of_in_slack() throws Exception {
        Program prometheus = Program.needed("prometheus");
        Program alertmanager = Program.needed("prometheus-alertmanager", "alertmanager");
        Stack base = Kustomization.BASE.stack();
        LocalConfig config = new LocalConfig(folder);
        Queue<JsonNode> told = new ConcurrentLinkedQueue<>();
        HttpServer slack = slack(told);
        config.writeAlertmanager(base, "http://127.0.0.1:" + slack.getAddress().getPort() + "/hook");
        try (SampleService service = SampleService.start(folder);
                Program.Running manager = alertmanager.launch(
                        folder,
                        "--config.file=" + config.alertmanager(),
                        "--storage.path=" + folder.resolve("alerts"),
                        "--web.listen-address=127.0.0.1:0",
                        "--cluster.listen-address=")) {
            config.writePrometheus(base, "127.0.0.1:" + manager.port(), true);
            discover(config, service.port());
            try (Program.Running server = prometheus
                    .with(base.object("ConfigMap", "prometheus-settings").strings("/data"))
                    .launch(
                            folder,
                            "--config.file=" + config.prometheus(),
                            "--storage.tsdb.path=" + folder.resolve("data"),
                            // From version 3 on both are as a matter of course, or in the manifest.
                            "--enable-feature=exemplar-storage,expand-external-labels",
                            "--web.listen-address=127.0.0.1:0")) {
                String api = "http://127.0.0.1:" + server.port() + "/api/v1/";
                assertThat(service.status("/clients", "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"))
                        .isEqualTo(200);
                server.await("scraped with its trace", () -> exemplars(api).contains(TRACE));
                assertThat(names(service.metrics())).containsAll(known());
                assertThat(message(told)).isEmpty();

                service.takeItsDatabaseAway();

                server.await("told", () -> {
                    service.use();
                    return message(told).isPresent();
                });
                assertThat(service.status("/clients")).isEqualTo(503);
                assertMessage(message(told).orElseThrow());
                assertTargets(get(api + "targets?state=active"));
                assertEveryRuleWasEvaluated(get(api + "rules"));
                assertThat(get(api + "query?query=count+by+(track,exported_track,version)(clients_build_info)")
                                .at("/data/result")
                                .findValues("metric"))
                        .extracting(
                                labels -> labels.path("track").asText(),
                                labels -> labels.has("version"),
                                labels -> labels.has("exported_track"))
                        .containsExactlyInAnyOrder(tuple("candidate", true, false), tuple("stable", true, false));
            }
        } finally {
            slack.stop(0);
        }
    }

    private static void assertMessage(JsonNode attachment) {
        String runbook = "https://git.example.com/relevo/blob/main/docs/runbooks.md#higherrorrate";
        assertThat(attachment.path("title").asText()).isEqualTo("[FIRING 1] HighErrorRate clients in prod");
        assertThat(attachment.path("title_link").asText()).isEqualTo(runbook);
        assertThat(attachment.path("footer").asText()).isEqualTo("Runbook: " + runbook);
        assertThat(attachment.path("text").asText())
                .matches("• clients \\(candidate\\) in prod fails [0-9.]+% of its requests\n");
        assertThat(attachment.path("color").asText()).isEqualTo("danger");
    }

    private static void assertTargets(JsonNode answer) {
        List<JsonNode> pods = Stack.stream(answer.at("/data/activeTargets"))
                .filter(target -> target.path("scrapePool").asText().startsWith("pods"))
                .toList();

        assertThat(pods)
                .extracting(
                        target -> target.path("health").asText(),
                        target -> target.path("labels").toString().replaceAll("127\\.0\\.0\\.1:\\d+", "HERE"))
                .containsExactlyInAnyOrder(
                        tuple(
                                "up",
                                "{\"app\":\"clients\",\"instance\":\"HERE\",\"job\":\"pods\",\"namespace\":\"prod\","
                                        + "\"node\":\"a\",\"pod\":\"clients-candidate-1\",\"template\":\"bbb\","
                                        + "\"track\":\"candidate\"}"),
                        tuple(
                                "up",
                                "{\"app\":\"orders\",\"instance\":\"HERE\",\"job\":\"pods-by-label\","
                                        + "\"namespace\":\"prod\",\"node\":\"a\",\"pod\":\"orders-1\","
                                        + "\"template\":\"aaa\",\"track\":\"stable\"}"));
    }

    private static void assertEveryRuleWasEvaluated(JsonNode answer) {
        List<JsonNode> rules = Stack.stream(answer.at("/data/groups"))
                .flatMap(group -> Stack.stream(group.path("rules")))
                .toList();

        assertThat(rules).hasSameSizeAs(Kustomization.BASE.stack().eachRule());
        assertThat(rules)
                .allSatisfy(rule -> assertThat(rule.path("health").asText())
                        .as(rule.path("name").asText() + " "
                                + rule.path("lastError").asText())
                        .isEqualTo("ok"));
    }

    /** A candidate found by its annotations, a service found by the name of its port, and what is to be left alone. */
    private static void discover(LocalConfig config, int at) throws IOException {
        String port = Integer.toString(at);
        config.targets(
                "pods",
                Map.of(
                        "10.9.9.9:1",
                        pod(
                                "clients-candidate-1",
                                Map.of(
                                        "annotation_prometheus_io_scrape", "true",
                                        "annotation_prometheus_io_port", port,
                                        "annotation_prometheus_io_path", "/prometheus",
                                        "label_relevo_dev_app", "clients",
                                        "label_relevo_dev_track", "candidate",
                                        "label_relevo_dev_template", "bbb")),
                        "10.9.9.9:2",
                        pod("silent-1", Map.of()),
                        "10.9.9.9:3",
                        pod(
                                "ended-1",
                                Map.of(
                                        "phase", "Succeeded",
                                        "annotation_prometheus_io_scrape", "true",
                                        "annotation_prometheus_io_port", port)),
                        "10.9.9.9:4",
                        pod(
                                "other-port-1",
                                Map.of("annotation_prometheus_io_scrape", "true", "container_port_name", "debug"))));
        Map<String, String> orders = Map.of(
                "label_relevo_dev_scrape", "web",
                "annotation_prometheus_io_path", "/prometheus",
                "annotation_relevo_dev_template", "aaa",
                "label_app_kubernetes_io_name", "orders");
        config.targets(
                "pods-by-label",
                Map.of(
                        "127.0.0.1:" + port,
                        pod("orders-1", orders, "web"),
                        "10.9.9.9:5",
                        pod("orders-1", orders, "debug")));
    }

    private static Map<String, String> pod(String name, Map<String, String> facts, String port) {
        Map<String, String> all = new HashMap<>(facts);
        all.put("container_port_name", port);
        return pod(name, all);
    }

    /** The labels that Prometheus' discovery gives a pod. */
    private static Map<String, String> pod(String name, Map<String, String> facts) {
        Map<String, String> labels = new HashMap<>(Map.of(
                "__meta_kubernetes_namespace", "prod",
                "__meta_kubernetes_pod_name", name,
                "__meta_kubernetes_pod_node_name", "a",
                "__meta_kubernetes_pod_ip", "127.0.0.1",
                "__meta_kubernetes_pod_phase", "Running"));
        facts.forEach((key, value) -> labels.put("__meta_kubernetes_pod_" + key, value));
        return labels;
    }

    /** What dashboards and alerts may ask of the service; what only a garbage collection brings, a scrape need not have. */
    private static List<String> known() throws IOException {
        return Files.readAllLines(KNOWN).stream()
                .filter(name -> !name.startsWith("#") && !name.startsWith("jvm_gc_pause"))
                .toList();
    }

    private static Set<String> names(String metrics) {
        return metrics.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String exemplars(String api) {
        try {
            return get(api + "query_exemplars?query=http_server_requests_seconds_bucket&start="
                            + Instant.now().minusSeconds(600) + "&end=" + Instant.now())
                    .toString();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Optional<JsonNode> message(Queue<JsonNode> told) {
        return told.stream()
                .map(message -> message.at("/attachments/0"))
                .filter(attachment -> attachment.path("title").asText().contains("HighErrorRate clients"))
                .findFirst();
    }

    private static HttpServer slack(Queue<JsonNode> told) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            told.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static JsonNode get(String url) throws Exception {
        return JSON.readTree(
                HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                        .body());
    }
}
