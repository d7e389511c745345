package dev.relevo.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The service as a process")
class ProcessTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @TempDir
    Path folder;

    @Test
    void hands_its_traffic_over_without_losing_a_request() throws Exception {
        Database database = Database.empty();
        try (ServiceProcess old = ServiceProcess.launch(database, folder, Map.of("SHUTDOWN_DRAIN", "3s"));
                ServiceProcess young = ServiceProcess.launch(database, folder, Map.of("APP_VERSION", "next"))) {
            old.awaitReady();
            young.awaitReady();
            try (Traffic traffic = Traffic.over(List.of(old, young))) {
                ServiceProcess.await(
                        "traffic on both", () -> traffic.answeredBy(old) > 50 && traffic.answeredBy(young) > 50);

                old.terminate();

                assertThat(old.endsWithin(Duration.ofSeconds(30))).isTrue();
                long soFar = traffic.answeredBy(young);
                ServiceProcess.await("traffic on the new one", () -> traffic.answeredBy(young) > soFar + 50);
                traffic.close();
                assertThat(traffic.failures()).isEmpty();
                assertThat(database.count("client")).isEqualTo(traffic.answered());
            }
            assertThat(old.output()).contains("Draining for 3000 ms", "All requests are answered");
            assertThat(young.caller().get("/version").json().get("version").asText())
                    .isEqualTo("next");
        }
    }

    @Test
    void goes_unready_first_then_closes_its_port_then_finishes_what_is_in_flight() throws Exception {
        Database database = Database.empty();
        try (ServiceProcess service = ServiceProcess.launch(database, folder, Map.of("SHUTDOWN_DRAIN", "3s"));
                Connection lock = database.connect();
                Statement statement = lock.createStatement()) {
            service.awaitReady();
            assertThat(Answer.json(service.lines().get(0)).get("time").asText()).isNotBlank();
            assertTraceIdsAreInTheLog(service);
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE client IN EXCLUSIVE MODE");
            CompletableFuture<Answer> slow = CompletableFuture.supplyAsync(() -> add(service));
            ServiceProcess.await("waiting for the lock", () -> database.waiting() > 0);

            service.terminate();

            ServiceProcess.await("unready", () -> service.readiness() == 503);
            Answer still = service.caller().get("/getall");
            assertThat(still.status()).isEqualTo(200);
            assertThat(still.header("Connection")).isEqualToIgnoringCase("close");
            assertThat(service.caller().get("/health/liveness").status()).isEqualTo(200);
            ServiceProcess.await("closed", () -> portIsClosed(service.caller().base()));
            assertThat(slow).isNotDone();
            lock.rollback();
            assertThat(slow.get().status()).isEqualTo(201);
            assertThat(service.endsWithin(Duration.ofSeconds(30))).isTrue();
            assertThat(database.count("client")).isEqualTo(1);
        }
    }

    @Test
    void ends_with_a_clear_error_when_the_seed_file_is_malformed() throws Exception {
        Path seed = Files.writeString(folder.resolve("db.json"), "{\"clients\": [{\"id\": 1, \"name\": \"Ada\"}]}");
        Map<String, String> environment = Map.of("CLIENTS_SEED_FILE", seed.toString(), "LOG_FORMAT", "plain");
        Database database = Database.empty();
        try (ServiceProcess service = ServiceProcess.launch(database, folder, environment)) {
            assertThat(service.endsWithin(Duration.ofMinutes(2))).isTrue();

            assertThat(service.process().exitValue()).isEqualTo(1);
            assertThat(service.output())
                    .contains("ERROR", "The service cannot start: The seed file [" + seed + "] is not valid")
                    .contains("entry 1: money [null] is missing")
                    .doesNotContain("\tat ");
            assertThat(database.count("client")).isZero();
        }
    }

    @Test
    void ends_with_a_clear_error_when_there_is_no_such_database() throws Exception {
        Map<String, String> environment = Map.of("DB_START_TIMEOUT_MS", "1", "LOG_FORMAT", "plain");
        try (ServiceProcess service = ServiceProcess.launch(new Database("nowhere"), folder, environment)) {
            assertThat(service.endsWithin(Duration.ofMinutes(2))).isTrue();

            assertThat(service.process().exitValue()).isEqualTo(1);
            assertThat(service.output())
                    .contains("The service cannot start: FATAL: database \"nowhere\" does not exist (see DB_URL");
        }
    }

    private static void assertTraceIdsAreInTheLog(ServiceProcess service) throws Exception {
        Answer traced = service.caller().get("/getall", "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
        assertThat(traced.header("X-Trace-Id")).isEqualTo(TRACE);
        String own = service.caller().get("/getall").header("X-Trace-Id");
        String instead =
                service.caller().get("/getall", "traceparent", "00-broken-01").header("X-Trace-Id");
        assertThat(List.of(own, instead))
                .allMatch(id -> id.matches("[0-9a-f]{32}"))
                .doesNotHaveDuplicates();

        for (String id : List.of(TRACE, own, instead)) {
            ServiceProcess.await("in the log", () -> service.output().contains(id));
            JsonNode line = logged(service, id).findFirst().orElseThrow();
            assertThat(line.get("message").asText()).isEqualTo("GET /getall 200");
            assertThat(line.get("status").asInt()).isEqualTo(200);
            assertThat(line.get("spanId").asText()).matches("[0-9a-f]{16}");
        }
    }

    private static Stream<JsonNode> logged(ServiceProcess service, String traceId) {
        return service.lines().stream()
                .map(Answer::json)
                .filter(line -> traceId.equals(line.path("traceId").asText()));
    }

    private static Answer add(ServiceProcess service) {
        try {
            return service.caller().post("/add?name=Slow&money=1");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("The request in flight was lost", e);
        }
    }

    private static boolean portIsClosed(URI address) {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }
}
