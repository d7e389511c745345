package dev.relevo.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Health")
class HealthTest {
    /** On a machine with two processors the common pool has one thread only. */
    private static final Executor EACH_ON_A_THREAD = request -> new Thread(request).start();

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/startup", "/health/liveness", "/health/readiness"})
    @ExtendWith(SharedService.class)
    void is_up_and_tells_strangers_no_more_than_that(String path, Service service) throws Exception {
        Answer health = service.caller().get(path);

        assertThat(health.status()).isEqualTo(200);
        assertThat(health.json().get("status").asText()).isEqualTo("UP");
        assertThat(health.body()).doesNotContainIgnoringCase("jdbc").doesNotContain("postgres");
    }

    @Test
    void takes_only_the_readiness_down_while_the_database_is_away() throws Exception {
        Database database = Database.empty();
        try (Service service = Service.start(database, Map.of("DB_WAIT_MS", "2000"))) {
            Caller caller = service.caller();
            database.goDown();

            Answer readiness = caller.get("/health/readiness");
            assertThat(readiness.status()).isEqualTo(503);
            assertThat(readiness.json().get("status").asText()).isEqualTo("DOWN");
            assertThat(readiness.body()).doesNotContainIgnoringCase("jdbc");
            assertThat(caller.get("/health/liveness").status()).isEqualTo(200);
            assertThat(caller.get("/health/startup").status()).isEqualTo(200);

            Answer failed = caller.get("/getall");
            assertThat(failed.status()).isEqualTo(503);
            assertThat(failed.header("Retry-After")).isEqualTo("5");
            assertThat(failed.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(failed.json().get("status").asInt()).isEqualTo(503);
            assertThat(failed.json().get("detail").asText()).contains("does not reach its database");
            assertThat(failed.json().get("traceId").asText()).isEqualTo(failed.header("X-Trace-Id"));
            assertThat(failed.body()).doesNotContainIgnoringCase("jdbc").doesNotContain(database.name());
            assertThat(caller.get("/prometheus").body())
                    .containsPattern(
                            "http_server_requests_seconds_count\\{[^}]*status=\"503\"[^}]*uri=\"/getall\"[^}]*} 1");

            database.comeBack();
            ServiceProcess.await("ready again", () -> status(caller, "/health/readiness") == 200);
            assertThat(caller.get("/getall").status()).isEqualTo(200);
        }
    }

    @Test
    void a_reading_request_on_a_connection_that_broke_is_one_to_be_asked_again() throws Exception {
        Database database = Database.empty();
        try (Service service = Service.start(database)) {
            Caller caller = service.caller();
            assertThat(caller.get("/getall").status()).isEqualTo(200);
            database.goDown();

            // At once: the pool does not look again at a connection that was fine half a second ago.
            Answer answer = caller.get("/getall");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("5");
        }
    }

    @Test
    void a_request_waits_for_its_turn_while_others_use_all_connections() throws Exception {
        Database database = Database.empty();
        try (Service service = Service.start(database, Map.of("DB_POOL_SIZE", "2", "DB_WAIT_MS", "15000"));
                Connection lock = database.connect();
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE client");
            List<CompletableFuture<Integer>> first = List.of(asked(service), asked(service));
            ServiceProcess.await("both connections are in use", () -> database.waiting() == 2);

            CompletableFuture<Integer> next = asked(service);

            assertThatThrownBy(() -> next.get(3, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            lock.rollback();
            assertThat(next.get()).isEqualTo(200);
            assertThat(first).allSatisfy(each -> assertThat(each.get()).isEqualTo(200));
        }
    }

    private static CompletableFuture<Integer> asked(Service service) {
        return CompletableFuture.supplyAsync(() -> status(service.caller(), "/getall"), EACH_ON_A_THREAD);
    }

    private static int status(Caller caller, String path) {
        try {
            return caller.get(path).status();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
