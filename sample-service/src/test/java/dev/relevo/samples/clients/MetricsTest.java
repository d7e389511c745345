package dev.relevo.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedService.class)
@DisplayName("Metrics")
class MetricsTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String OPEN_METRICS =
            "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";

    private final Caller caller;

    MetricsTest(Service service) {
        this.caller = service.caller();
    }

    @Test
    void count_requests_by_status_and_path() throws Exception {
        caller.get("/get/4711");
        caller.get("/getall");
        double missed = requests("GET", "404", "NOT_FOUND");
        double found = requests("GET", "200", "/getall");
        caller.get("/get/4711");
        caller.get("/get/4712");
        caller.get("/getall");

        assertThat(requests("GET", "404", "NOT_FOUND")).isEqualTo(missed + 2);
        assertThat(requests("GET", "200", "/getall")).isEqualTo(found + 1);
    }

    @Test
    void have_a_bucket_that_ends_where_the_objective_does() throws Exception {
        caller.get("/getall");
        double all = requests("GET", "200", "/getall");

        assertThat(value(
                        "http_server_requests_seconds_bucket",
                        Map.of("method", "GET", "status", "200", "uri", "/getall", "le", "+Inf")))
                .isEqualTo(all);
        assertThat(value(
                        "http_server_requests_seconds_bucket",
                        Map.of("method", "GET", "status", "200", "uri", "/getall", "le", "0.5")))
                .isBetween(0.0, all);
    }

    @Test
    void all_name_the_version_and_what_the_pod_is_in_a_hand_over() throws Exception {
        String version = caller.get("/version").json().get("version").asText();

        assertThat(caller.get("/prometheus").body().lines().filter(line -> !line.startsWith("#")))
                .isNotEmpty()
                .allMatch(line -> line.contains("version=\"" + version + "\"") && line.contains("track=\"stable\""));
    }

    @Test
    void count_clients_and_their_money() throws Exception {
        double added = value("clients_added_total", Map.of());
        double money = value("clients_added_money_total", Map.of());
        double removed = value("clients_removed_total", Map.of());
        Answer answer = caller.post("/clients", "{\"name\": \"Ada\", \"money\": 10.50}");
        caller.post("/add?name=Grace&money=2");
        caller.post("/clients", "{\"name\": \"\", \"money\": 1}");
        caller.delete(answer.header("Location"));
        caller.delete(answer.header("Location"));

        assertThat(value("clients_added_total", Map.of())).isEqualTo(added + 2);
        assertThat(value("clients_added_money_total", Map.of())).isEqualTo(money + 12.5);
        assertThat(value("clients_removed_total", Map.of())).isEqualTo(removed + 1);
    }

    @Test
    void lead_to_a_trace_when_the_scraper_asks_for_openmetrics() throws Exception {
        try (Service fresh = Service.start(Database.empty())) {
            fresh.caller().get("/getall", "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");

            Answer scraped = fresh.caller().get("/prometheus", "Accept", OPEN_METRICS);

            assertThat(scraped.header("Content-Type")).startsWith("application/openmetrics-text");
            assertThat(scraped.body())
                    .endsWith("# EOF\n")
                    .doesNotContainPattern("_count\\{[^\n]*trace_id")
                    .containsPattern("http_server_requests_seconds_bucket\\{[^}]*uri=\"/getall\"[^}]*} 1"
                            + " # \\{span_id=\"[0-9a-f]{16}\",trace_id=\"" + TRACE + "\"} ");
        }
    }

    @Test
    void come_in_the_older_format_when_nobody_asks_for_another() throws Exception {
        Answer scraped = caller.get("/prometheus");

        assertThat(scraped.header("Content-Type")).startsWith("text/plain").contains("version=0.0.4");
        assertThat(scraped.body()).contains("clients_build_info{").doesNotContain("trace_id=", "# EOF");
    }

    private double requests(String method, String status, String uri) throws Exception {
        return value("http_server_requests_seconds_count", Map.of("method", method, "status", status, "uri", uri));
    }

    /** The sum of the series with these labels, whatever others they have. */
    private double value(String name, Map<String, String> labels) throws Exception {
        double[] found = caller.get("/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .filter(line -> labels.entrySet().stream()
                        .allMatch(label -> line.contains(label.getKey() + "=\"" + label.getValue() + "\"")))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .toArray();
        assertThat(found).as(name + labels).isNotEmpty();
        return Arrays.stream(found).sum();
    }
}
